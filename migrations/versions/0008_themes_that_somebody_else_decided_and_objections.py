"""themes that somebody else decided, how they stood before, and objections

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

#: What was decided is told by another row, never by changing one. Rows go with an erased talk.
NEVER_CHANGED = ("recoding", "coding_change")


def upgrade() -> None:
    op.create_table(
        "recoding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undoes_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_recoding_by_id_person")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_recoding_conversation_id_conversation")),
        sa.ForeignKeyConstraint(["undoes_id"], ["recoding.id"], name=op.f("fk_recoding_undoes_id_recoding")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recoding")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_recoding_undoes_id")),
    )
    with op.batch_alter_table("recoding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recoding_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recoding_at"), ["at"], unique=False)
    op.create_table(
        "coding_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recoding_id", sa.Uuid(), nullable=False),
        sa.Column("theme_id", sa.Uuid(), nullable=False),
        sa.Column("before_decision", sa.String(10), nullable=True),
        sa.Column("before_tone", sa.String(10), nullable=True),
        sa.Column("before_by_id", sa.Uuid(), nullable=True),
        sa.Column("before_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("after_decision", sa.String(10), nullable=True),
        sa.Column("after_tone", sa.String(10), nullable=True),
        sa.Column("after_by_id", sa.Uuid(), nullable=True),
        sa.Column("after_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["after_by_id"], ["person.id"], name=op.f("fk_coding_change_after_by_id_person")),
        sa.ForeignKeyConstraint(["before_by_id"], ["person.id"], name=op.f("fk_coding_change_before_by_id_person")),
        sa.ForeignKeyConstraint(["recoding_id"], ["recoding.id"], name=op.f("fk_coding_change_recoding_id_recoding")),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_coding_change_theme_id_theme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_change")),
        sa.UniqueConstraint("recoding_id", "theme_id", name=op.f("uq_coding_change_recoding_id_theme_id")),
    )
    op.create_table(
        "objection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recoding_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["recoding_id"], ["recoding.id"], name=op.f("fk_objection_recoding_id_recoding")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["person.id"], name=op.f("fk_objection_settled_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("recoding_id", name=op.f("uq_objection_recoding_id")),
    )
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objection_settled_at"), ["settled_at"], unique=False)
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in NEVER_CHANGED:
        refused = f"CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table} "
        if is_postgresql:
            op.execute(f"{refused} FOR EACH ROW EXECUTE FUNCTION hoert_refuse()")
        else:
            op.execute(f"{refused} BEGIN SELECT RAISE(ABORT, '{table} is append-only: UPDATE refused'); END")


def downgrade() -> None:
    op.drop_table("objection")
    op.drop_table("coding_change")
    op.drop_table("recoding")
