"""headlines that people wrote over the one made from counts

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issue_headline",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(400), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_headline_issue_id_issue")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_issue_headline_author_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_headline")),
    )
    with op.batch_alter_table("issue_headline", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issue_headline_issue_id"), ["issue_id"], unique=False)


def downgrade() -> None:
    op.drop_table("issue_headline")
