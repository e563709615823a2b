"""secrets that seal what lies on phones

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("device", sa.Column("secret", sa.String(43), nullable=True))


def downgrade() -> None:
    op.drop_column("device", "secret")
