"""units that go on in another, and question sets that are closed

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No foreign key: SQLite rebuilds the table for one, and cannot while others point to it. Units are never deleted.
    op.add_column("unit", sa.Column("successor_id", sa.Uuid(), nullable=True))
    op.create_index("ix_unit_successor_id", "unit", ["successor_id"])
    op.add_column("question_set", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("question_set", "closed_at")
    op.drop_index("ix_unit_successor_id", "unit")
    op.drop_column("unit", "successor_id")
