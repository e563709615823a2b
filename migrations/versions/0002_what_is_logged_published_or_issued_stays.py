"""what is logged, published or issued stays as it is

The database itself refuses to change the read log and the deeds, a published version of questions, and an issue of the digest.
Whoever has to remove rows by law takes a trigger off and puts it back in one transaction, as the owner of the database.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FROZEN = (
    ("reading", "UPDATE"),
    ("reading", "DELETE"),
    ("deed", "UPDATE"),
    ("deed", "DELETE"),
    ("question_set_version", "UPDATE"),
    ("question_set_version", "DELETE"),
    ("issue", "UPDATE"),
)


EMPTIED_NEVER = ("reading", "deed", "question_set_version")


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    if is_postgresql:
        op.execute(
            "CREATE FUNCTION hoert_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP; END $$"
        )
        for table in EMPTIED_NEVER:
            op.execute(
                f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION hoert_refuse()"
            )
    for table, verb in FROZEN:
        name = f"{table}_refuses_{verb.lower()}"
        if is_postgresql:
            op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION hoert_refuse()")
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {verb} refused'); END"
            )


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table, verb in FROZEN:
        name = f"{table}_refuses_{verb.lower()}"
        op.execute(f"DROP TRIGGER {name} ON {table}" if is_postgresql else f"DROP TRIGGER {name}")
    if is_postgresql:
        for table in EMPTIED_NEVER:
            op.execute(f"DROP TRIGGER {table}_refuses_truncate ON {table}")
        op.execute("DROP FUNCTION hoert_refuse()")
