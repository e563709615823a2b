"""The unit of work: one session a request, one commit after the view answered 2xx or 3xx and before a byte leaves."""

from flask import Response, current_app, g, request
from sqlmodel import Session

from domain.base import STORE_ERRORS, Database, Unreachable, is_transient

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def database() -> Database:
    return current_app.extensions["hoert.database"]


def session() -> Session:
    """The request's session; it begins a writing transaction only for methods that may write."""
    if "session" not in g:
        g.session = database().session(writes=request.method not in SAFE_METHODS)
    return g.session


def end_reading() -> None:
    """Everything is read; what is still to be done takes time, and no snapshot or connection is kept for it."""
    opened: Session | None = g.get("session")
    if opened is not None:
        opened.rollback()


def erases() -> None:
    """This request takes words away: on a full disk it may use the room that is set aside for that."""
    g.erases = True


def may_begin_anew() -> None:
    """This request does nothing but what its transaction undoes: when another transaction came between, it is begun anew."""
    g.may_begin_anew = True


def is_begun_anew() -> bool:
    return g.get("tries", 1) > 1


def commit() -> None:
    """Commits before the answer is put together, for a view that has nothing left to ask or to do: others write meanwhile."""
    _end(well=True)


def finish(response: Response) -> None:
    """Commits what the view did, or undoes it when the answer is an error. Raises Unreachable when the store did not take it."""
    _end(well=response.status_code < 400 and request.method not in SAFE_METHODS)


def _end(*, well: bool) -> None:
    opened: Session | None = g.get("session")
    if opened is None or not opened.in_transaction():
        return
    try:
        if well:
            opened.commit()
        else:
            opened.rollback()
    except STORE_ERRORS as error:
        opened.rollback()
        if is_transient(error):
            raise Unreachable from error
        raise


def close(_error: BaseException | None = None) -> None:
    """At the very end of a request, whatever happened: no transaction stays open."""
    opened: Session | None = g.pop("session", None)
    if opened is not None:
        opened.close()
