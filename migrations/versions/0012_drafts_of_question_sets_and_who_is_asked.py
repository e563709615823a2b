"""drafts of question sets, and whom a set is for

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("question_set", sa.Column("talk_type", sa.String(length=20), nullable=False, server_default="citizen_interview"))
    # No foreign keys: SQLite rebuilds the table for one, and cannot while others point to it. Units and persons are never deleted.
    op.add_column("question_set", sa.Column("unit_id", sa.Uuid(), nullable=True))
    op.add_column("question_set_version", sa.Column("published_by_id", sa.Uuid(), nullable=True))
    op.add_column("question_set_version", sa.Column("publishing", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "question_set_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("question_set_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("begun_from", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("saved_by_id", sa.Uuid(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(["question_set_id"], ["question_set.id"], name="fk_question_set_draft_question_set_id_question_set"),
        sa.ForeignKeyConstraint(["saved_by_id"], ["person.id"], name="fk_question_set_draft_saved_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_question_set_draft"),
        sa.UniqueConstraint("question_set_id", "revision", name="uq_question_set_draft_question_set_id_revision"),
    )


def downgrade() -> None:
    op.drop_table("question_set_draft")
    op.drop_column("question_set_version", "publishing")
    op.drop_column("question_set_version", "published_by_id")
    op.drop_column("question_set", "unit_id")
    op.drop_column("question_set", "talk_type")
