"""edits and withdrawals, phones, items that need help, and the life of the database

Revision ID: 0003
Revises: 0002
"""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("revised_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "tombstone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_tombstone_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstone")),
        sa.UniqueConstraint("person_id", "item_id", name=op.f("uq_tombstone_person_id_item_id")),
        sa.UniqueConstraint("sequence", name=op.f("uq_tombstone_sequence")),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("sign_in_id", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_device_person_id_person")),
        sa.ForeignKeyConstraint(["sign_in_id"], ["sign_in.id"], name=op.f("fk_device_sign_in_id_sign_in")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("person_id", "device_id", name=op.f("uq_device_person_id_device_id")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_sign_in_id"), ["sign_in_id"], unique=False)
    op.create_table(
        "boxed_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("replaces", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_boxed_item_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boxed_item")),
        sa.UniqueConstraint("person_id", "item_id", "digest", name=op.f("uq_boxed_item_person_id_item_id_digest")),
    )
    with op.batch_alter_table("boxed_item", schema=None) as batch_op:
        batch_op.create_index("ix_boxed_item_person_id_settled_at", ["person_id", "settled_at"], unique=False)
        batch_op.create_index("ix_boxed_item_person_id_replaces", ["person_id", "replaces"], unique=False)
    epoch = op.create_table(
        "epoch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epoch")),
    )
    with op.batch_alter_table("epoch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_epoch_began_at"), ["began_at"], unique=False)
    op.bulk_insert(epoch, [{"id": uuid4(), "began_at": datetime.now(UTC), "reason": {"made": "first"}}])


def downgrade() -> None:
    op.drop_table("epoch")
    op.drop_table("boxed_item")
    op.drop_table("device")
    op.drop_table("tombstone")
    op.drop_column("conversation", "revised_at")  # not in batch: SQLite would rebuild a table that others point to
