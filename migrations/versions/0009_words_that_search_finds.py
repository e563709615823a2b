"""words that search finds, and a mark on the talks that wait to be indexed

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# FTS5 keeps only its index; the words stand once, in the table. Both are changed together or not at all.
SQLITE = (
    "CREATE VIRTUAL TABLE conversation_words_fts USING fts5("
    "words, content='conversation_words', content_rowid='position', prefix='3 4', tokenize='ascii')",
    "CREATE TRIGGER conversation_words_insert AFTER INSERT ON conversation_words BEGIN "
    "INSERT INTO conversation_words_fts(rowid, words) VALUES (new.position, new.words); END",
    "CREATE TRIGGER conversation_words_delete AFTER DELETE ON conversation_words BEGIN "
    "INSERT INTO conversation_words_fts(conversation_words_fts, rowid, words) VALUES ('delete', old.position, old.words); END",
    "CREATE TRIGGER conversation_words_update BEFORE UPDATE ON conversation_words BEGIN "
    "SELECT RAISE(ABORT, 'delete and insert instead'); END",
)


def upgrade() -> None:
    op.add_column("conversation", sa.Column("indexed_at", sa.DateTime(timezone=True), nullable=True))
    waits = sa.text("indexed_at IS NULL")
    op.create_index("ix_conversation_indexed_at", "conversation", ["indexed_at"], sqlite_where=waits, postgresql_where=waits)
    op.create_table(
        "conversation_words",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["conversation.id"], name=op.f("fk_conversation_words_id_conversation")),
        sa.ForeignKeyConstraint(["first_id"], ["conversation.id"], name=op.f("fk_conversation_words_first_id_conversation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_words")),
        sa.UniqueConstraint("first_id", name=op.f("uq_conversation_words_first_id")),
        sa.UniqueConstraint("position", name=op.f("uq_conversation_words_position")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_conversation_words_words", "conversation_words", ["words"], postgresql_using="gin")
    else:
        for statement in SQLITE:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE conversation_words_fts")
    op.drop_table("conversation_words")
    op.drop_index("ix_conversation_indexed_at", "conversation")
    op.drop_column("conversation", "indexed_at")
