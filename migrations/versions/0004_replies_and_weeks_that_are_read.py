"""replies about talks, and who marked a week as read

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issue_reading",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_reading_issue_id_issue")),
        sa.ForeignKeyConstraint(["reader_id"], ["person.id"], name=op.f("fk_issue_reading_reader_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_reading")),
        sa.UniqueConstraint("issue_id", "reader_id", name=op.f("uq_issue_reading_issue_id_reader_id")),
    )
    with op.batch_alter_table("issue_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issue_reading_reader_id"), ["reader_id"], unique=False)
    op.create_table(
        "reply",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_reply_author_id_person")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_reply_conversation_id_conversation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
    )
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reply_conversation_id"), ["conversation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("reply")
    op.drop_table("issue_reading")
