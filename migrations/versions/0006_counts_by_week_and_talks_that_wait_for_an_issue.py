"""counts by week, and a mark on the talks that an issue was made of

Revision ID: 0006
Revises: 0005
"""

import uuid
from collections import Counter
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ZONE = ZoneInfo("Europe/Copenhagen")
CHUNK = 5_000


def upgrade() -> None:
    for name, last in (("weekly_talks", sa.Column("own", sa.Boolean(), nullable=False)), ("weekly_themes", None)):
        last = last if last is not None else sa.Column("theme_id", sa.Uuid(), nullable=False)
        extra = [] if name == "weekly_talks" else [_refers(name, "theme_id", "theme")]
        op.create_table(
            name,
            sa.Column("id", sa.Uuid(), nullable=False),
            sa.Column("unit_id", sa.Uuid(), nullable=False),
            sa.Column("held_week", sa.String(8), nullable=False),
            sa.Column("arrived_week", sa.String(8), nullable=False),
            last,
            sa.Column("talks", sa.Integer(), nullable=False),
            _refers(name, "unit_id", "unit"),
            *extra,
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
            sa.UniqueConstraint(
                "unit_id",
                "held_week",
                "arrived_week",
                last.name,
                name=op.f(f"uq_{name}_unit_id_held_week_arrived_week_{last.name}"),
            ),
        )
    op.add_column("conversation", sa.Column("gathered_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_conversation_replaced_by_id", "conversation")
    replaced = sa.text("replaced_by_id IS NOT NULL")
    op.create_index(
        "ix_conversation_replaced_by_id", "conversation", ["replaced_by_id"], sqlite_where=replaced, postgresql_where=replaced
    )
    waiting = sa.text("gathered_at IS NULL AND replaced_by_id IS NULL")
    op.create_index(
        "ix_conversation_unit_id", "conversation", ["unit_id"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.execute(
        "UPDATE conversation SET gathered_at = (SELECT issue.made_at FROM issue JOIN issue_talk ON issue_talk.issue_id = issue.id"
        " WHERE issue_talk.conversation_id = conversation.first_id)"
    )
    _count(op.get_bind())


def downgrade() -> None:
    op.drop_index("ix_conversation_unit_id", "conversation")
    op.drop_index("ix_conversation_replaced_by_id", "conversation")
    op.create_index("ix_conversation_replaced_by_id", "conversation", ["replaced_by_id"])
    op.drop_column("conversation", "gathered_at")
    op.drop_table("weekly_themes")
    op.drop_table("weekly_talks")


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _count(connection: sa.Connection) -> None:
    """What stands there already. As little as one needs of the tables, as they are at this revision."""
    talk = sa.table(
        "conversation",
        *(sa.column(name, sa.Uuid()) for name in ("first_id", "unit_id", "author_id", "replaced_by_id")),
        sa.column("held_week", sa.String()),
        sa.column("received_at", sa.DateTime(timezone=True)),
    )
    person = sa.table("person", sa.column("id", sa.Uuid()), sa.column("unit_id", sa.Uuid()))
    coding = sa.table(
        "coding", sa.column("conversation_id", sa.Uuid()), sa.column("theme_id", sa.Uuid()), sa.column("decision", sa.String())
    )
    latest = talk.c.replaced_by_id.is_(None)
    talks, themes = Counter(), Counter()
    homes = dict(connection.execute(sa.select(person.c.id, person.c.unit_id)).all())
    found = sa.select(talk.c.unit_id, talk.c.held_week, talk.c.received_at, talk.c.author_id).where(latest)
    for unit, held, received_at, author in connection.execute(found):
        talks[unit, held, _week(received_at), homes[author] == unit] += 1
    about = sa.select(talk.c.unit_id, talk.c.held_week, talk.c.received_at, coding.c.theme_id).where(latest)
    about = about.join(coding, coding.c.conversation_id == talk.c.first_id).where(coding.c.decision == "confirmed")
    for unit, held, received_at, theme in connection.execute(about):
        themes[unit, held, _week(received_at), theme] += 1
    _store(connection, "weekly_talks", sa.column("own", sa.Boolean()), talks)
    _store(connection, "weekly_themes", sa.column("theme_id", sa.Uuid()), themes)


def _store(connection: sa.Connection, name: str, last: sa.ColumnClause, counts: Counter) -> None:
    key, unit = sa.column("id", sa.Uuid()), sa.column("unit_id", sa.Uuid())
    columns = (key, unit, sa.column("held_week"), sa.column("arrived_week"), last, sa.column("talks"))
    names = [column.name for column in columns]
    rows = [dict(zip(names, (uuid.uuid4(), *counted, n), strict=True)) for counted, n in counts.items()]
    for start in range(0, len(rows), CHUNK):
        connection.execute(sa.insert(sa.table(name, *columns)), rows[start : start + CHUNK])


def _week(moment) -> str:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("UTC"))
    year, number, _ = aware.astimezone(ZONE).isocalendar()
    return f"{year:04d}-W{number:02d}"
