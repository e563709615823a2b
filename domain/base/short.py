"""The short way to SQLite for statements that are put together once and asked by every request.

SQLAlchemy makes the text and says how each value is written and read; what it does anew each time, around a call that takes
SQLite a few hundredths of a millisecond, costs several times as much. Listeners of `before_cursor_execute` and
`after_cursor_execute` are told as always, with no context.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import pysqlite
from sqlmodel.sql.sqltypes import UTCDateTime

#: So many texts are kept: some are of one reader, who is part of them.
MOST_TEXTS = 1024
MOST_IDS = 1024
_DIALECT = pysqlite.dialect()

Row = tuple[Any, ...]


class Rows(list[Row]):
    """What was answered, in the words of SQLAlchemy's result. `rowcount`: how many rows were changed."""

    rowcount = -1

    def all(self) -> list[Row]:
        return self

    def first(self) -> Row | None:
        return self[0] if self else None

    def one(self) -> Row:
        [row] = self
        return row

    def scalar(self) -> Any:
        return self[0][0] if self else None

    def scalar_one(self) -> Any:
        return self.one()[0]


#: How a row of parameters is written for SQLite.
Writer = Callable[[Mapping[str, Any]], Row]


@dataclass(frozen=True)
class _Text:
    """A statement as SQLite takes it. `read`: the columns of an answer that are not as SQLite gives them."""

    sql: str
    places: Mapping[str | None, tuple[int, Callable[[Any], Any] | None]]
    parameters: Writer
    read: tuple[tuple[int, Callable[[Any], Any]], ...]
    answers: bool

    def rows(self, found: list[Row]) -> Rows:
        return Rows([self._row(list(one)) for one in found] if self.read else found)

    def _row(self, row: list[Any]) -> Row:
        for place, read in self.read:
            row[place] = read(row[place])
        return tuple(row)


class Written(dict[str, Any]):
    """A row of an INSERT, written for SQLite beforehand but for what is only known later: that is written when it is stored."""

    __slots__ = ("_later", "_text", "_values")

    def __init__(self, statement: Any, row: Mapping[str, Any], later: Sequence[str] = ()) -> None:
        super().__init__(row)
        self._text, self._later = _row_of(statement, tuple(row), tuple(later))
        self._values = list(self._text.parameters(row))

    def values_for(self, text: _Text) -> Row:
        if text.sql != self._text.sql:  # the text may be another one that says the same: texts that were not asked for long go
            return text.parameters(self)
        for name, place, write in self._later:
            self._values[place] = write(self[name]) if write else self[name]
        return tuple(self._values)


class Way:
    """For one transaction, or one question without any. `raw`: SQLite's own connection; `connection`: SQLAlchemy's around it,
    where there is one, whose listeners are told."""

    def __init__(self, raw: Any, heard: Callable[[BaseException], None], connection: sa.Connection | None = None) -> None:
        self._cursor, self._heard, self.connection = raw.cursor(), heard, connection
        self._before = list(connection.dispatch.before_cursor_execute) if connection else []
        self._after = list(connection.dispatch.after_cursor_execute) if connection else []

    def ask(self, statement: Any, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None) -> Rows:
        """Many parameters: only for what has no answer. Raises what SQLAlchemy raises."""
        if isinstance(parameters, Sequence):
            text = _text(statement, *_shape(statement, parameters[0]))
            rows = [one.values_for(text) if type(one) is Written else text.parameters(one) for one in parameters]
            self._execute(text.sql, rows, many=True)
            return self._changed(Rows())
        given = parameters or {}
        text = _text(statement, *_shape(statement, given))
        return self._changed(text.rows(self._execute(text.sql, text.parameters(given), many=False)))

    def run(self, sql: str) -> None:
        self._execute(sql, (), many=False)

    def _changed(self, rows: Rows) -> Rows:
        rows.rowcount = self._cursor.rowcount
        return rows

    def _execute(self, sql: str, parameters: Any, *, many: bool) -> list[Row]:
        for told in self._before:
            sql, parameters = told(self.connection, self._cursor, sql, parameters, None, many)
        try:
            (self._cursor.executemany if many else self._cursor.execute)(sql, parameters)
            found: list[Row] = self._cursor.fetchall()  # nothing of what has no answer
        except sqlite3.Error as error:
            self._heard(error)
            raise sa.exc.DBAPIError.instance(sql, None, error, sqlite3.Error, hide_parameters=True, ismulti=many) from error
        for told in self._after:
            told(self.connection, self._cursor, sql, parameters, None, many)
        return found


def way(connection: sa.Connection) -> Way:
    """For a transaction on SQLite that SQLAlchemy began, or begins."""
    soundness = connection.get_execution_options().get("hoert_soundness")
    heard = soundness.heard if soundness else _unheard
    return Way(connection.connection.dbapi_connection, heard, connection)


def _unheard(_error: BaseException) -> None:
    """Nobody watches over this file."""


def _shape(statement: Any, given: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """What of the parameters the text depends on: their names and, for a list of keys, its size; -1 for one value."""
    has_lists = not statement.is_insert  # a list that is inserted is one value
    return ((name, _size(value) if has_lists and isinstance(value, list) else -1) for name, value in given.items())


def _size(keys: Sequence[Any]) -> int:
    """Lists are filled up with their last key to an eighth more at most, so that there are few texts: twice as many keys had
    SQLite look for talks by their author."""
    step = 1 << max(0, len(keys).bit_length() - 4)
    return -(-len(keys) // step) * step


@lru_cache(maxsize=MOST_TEXTS)
def _text(statement: Any, *shape: tuple[str, int]) -> _Text:
    names = [name for name, _length in shape]
    compiled = statement.compile(dialect=_DIALECT, column_keys=names if statement.is_insert else None)
    assert not getattr(compiled, "insert_prefetch", ()), "what Python would fill in has to be given"
    state = compiled.construct_expanded_state({name: [None] * n if n >= 0 else None for name, n in shape})
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    # Without values SQLAlchemy would write the empty list, which for NOT IN is everything.
    assert all(n >= 0 for name, n in shape if name in binds and binds[name].expanding), "keys for IN stand in a list"
    inside = {one: (name, at) for name, some in state.parameter_expansion.items() for at, one in enumerate(some)}
    values = [_Value.of(binds[name], at, names) for name, at in (inside.get(one, (one, None)) for one in state.positiontup or ())]
    columns = [column.type.dialect_impl(_DIALECT) for column in statement.exported_columns]
    readers = ((place, _id if _is_id(kind) else kind.result_processor(_DIALECT, None)) for place, kind in enumerate(columns))
    read = tuple((place, one) for place, one in readers if one)
    places = {value.name: (place, value.write) for place, value in enumerate(values)}
    return _Text(state.statement, places, _writer(values), read, bool(columns))


@lru_cache(maxsize=64)
def _row_of(statement: Any, names: tuple[str, ...], later: tuple[str, ...]) -> tuple[_Text, list[tuple[str, int, Any]]]:
    """A row's text, and of what is only known later the places in it."""
    text = _text(statement, *((name, -1) for name in names))
    return text, [(name, *text.places[name]) for name in later]


def _is_id(kind: Any) -> bool:
    return isinstance(kind, sa.Uuid) and bool(kind.as_uuid)


@lru_cache(maxsize=MOST_IDS)
def _id(letters: str | None) -> UUID | None:
    """Most that are read are those of persons, places and themes, again and again."""
    return None if letters is None else UUID(letters)


class _Value(NamedTuple):
    """One place in the text: the parameter that stands there (`at`: which of its list), or what `always` does."""

    name: str | None
    at: int | None
    write: Callable[[Any], Any] | None
    always: Any

    @classmethod
    def of(cls, bind: Any, at: int | None, names: Sequence[str]) -> "_Value":
        write = bind.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)
        if write and isinstance(bind.type, UTCDateTime):
            write = _once_for_each_moment(write)
        if bind.key in names:
            return cls(bind.key, at, write, None)
        always = bind.effective_value if at is None else bind.effective_value[at]
        return cls(None, None, None, write(always) if write else always)


def _once_for_each_moment(write: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Most moments of an envelope are the one at which it came. In UTC equal moments are written alike; elsewhere half past two
    may be twice that night."""
    written = lru_cache(maxsize=64)(write)
    return lambda moment: written(moment) if moment is not None and moment.tzinfo is UTC else write(moment)


def _writer(values: Sequence[_Value]) -> Writer:
    """Rows that are stored are single values throughout, and there may be hundreds of them."""
    if all(value.name is not None and value.at is None for value in values):
        simple = [(value.name, value.write) for value in values]
        return lambda given: tuple([write(given[name]) if write else given[name] for name, write in simple])  # type: ignore[index]

    def one(value: _Value, given: Mapping[str, Any]) -> Any:
        if value.name is None:
            return value.always
        found = given[value.name]
        if value.at is not None:
            found = found[min(value.at, len(found) - 1)]
        return value.write(found) if value.write else found

    return lambda given: tuple([one(value, given) for value in values])
