"""Settings: one table of what can be set, read from `HOERT_*` in the environment or from `instance/config.py`.

Every setting stands in docs/operations.md; `tests/shape/test_documented.py` fails when one does not.
"""

import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from domain.notices import DEFAULT_HOSTS, MailServer, is_address, read_hosts

ROOT = Path(__file__).resolve().parents[2]


class BadSetting(SystemExit):
    """A setting cannot be read: the start ends with the message, which says which one and what it takes, and no traceback."""


def _whole(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if number < least:
            raise ValueError
        return number

    return read


def _on_off(text: str) -> bool:
    return {"on": True, "off": False}[text.strip().lower()]


def _base_url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError
    return text.rstrip("/")


def _jobs(text: str) -> str:
    if text not in ("inside", "off", "postgres") and not text.startswith(("redis://", "rediss://")):
        raise ValueError
    return text


def _database_url(text: str) -> str:
    try:
        make_url(text)
    except ArgumentError as error:
        raise ValueError from error
    return text


def _mail_from(text: str) -> tuple[str, str]:
    """`Hørt <hoert@strandby.example>` or the address alone, as name and address."""
    name, address = parseaddr(text)
    if not is_address(address) or not text.isprintable():
        raise ValueError
    return name or "Hørt", address


@dataclass(frozen=True)
class Setting:
    """`is_secret`: what stands there is not repeated when it cannot be read."""

    name: str
    default: Any
    read: Callable[[str], Any]
    takes: str
    is_secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("INSTANCE", ROOT / "instance", Path, "a folder"),
    Setting("DATABASE_URL", None, _database_url, "a database address, as sqlite:////srv/hoert/hoert.sqlite or postgresql://…"),
    Setting("LEDGER", None, Path, "a file"),
    Setting("BASE_URL", None, _base_url, "an address that begins with http:// or https://"),
    Setting("SESSION_DAYS", 30, _whole(1), "a whole number of days, at least 1"),
    Setting("PROXIES", 0, _whole(0), "how many proxies stand in front, 0 or more"),
    Setting("LIMITS", True, _on_off, "on or off"),
    Setting("JOBS", "inside", _jobs, "inside, off, postgres, or an address that begins with redis://"),
    Setting("NAME", "", str, "the municipality's name"),
    Setting("SMTP_URL", None, MailServer.of, "a mail server, as smtp://user:password@host:587", is_secret=True),
    Setting("MAIL_FROM", None, _mail_from, "an e-mail address, perhaps with a name: Hørt <hoert@strandby.example>"),
    Setting("MAIL_QUOTES", False, _on_off, "on or off"),
    Setting(
        "PUSH_HOSTS",
        DEFAULT_HOSTS,
        read_hosts,
        "off, or names with commas between, as fcm.googleapis.com,*.notify.windows.com",
    ),
)


def load(overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """All settings by name without the prefix. Overrides (tests) win over the environment, and that over config.py.

    Raises BadSetting with a sentence for the one who runs the server.
    """
    overrides = dict(overrides or {})
    instance = Path(overrides.get("INSTANCE") or os.environ.get("HOERT_INSTANCE") or ROOT / "instance")
    from_file = _config_file(instance / "config.py")
    settings: dict[str, Any] = {}
    for setting in SETTINGS:
        key = f"HOERT_{setting.name}"
        if setting.name in overrides:
            settings[setting.name] = overrides[setting.name]
            continue
        raw = os.environ.get(key) or from_file.get(key)
        settings[setting.name] = setting.default if raw in (None, "") else _read(setting, raw)
    settings["INSTANCE"] = Path(settings["INSTANCE"]).absolute()
    make_private_folder(settings["INSTANCE"])
    if settings["DATABASE_URL"] is None:
        settings["DATABASE_URL"] = f"sqlite:///{settings['INSTANCE'] / 'hoert.sqlite'}"
    settings["BASE_URL_IS_SET"] = settings["BASE_URL"] is not None
    settings["BASE_URL"] = settings["BASE_URL"] or "http://127.0.0.1:5000"
    if settings["JOBS"] == "postgres" and not settings["DATABASE_URL"].startswith("postgres"):
        raise BadSetting("HOERT_JOBS=postgres takes a HOERT_DATABASE_URL that begins with postgresql://.")
    settings["LEDGER"] = Path(settings["LEDGER"] or settings["INSTANCE"] / "erased.log").absolute()
    return settings


def _read(setting: Setting, raw: Any) -> Any:
    try:
        return setting.read(str(raw))
    except (ValueError, KeyError) as error:
        if setting.is_secret:
            raise BadSetting(f"HOERT_{setting.name} takes {setting.takes}; what it is may hold a password.") from None
        raise BadSetting(f"HOERT_{setting.name} takes {setting.takes}; it is {raw!r}.") from error


def _config_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    names: dict[str, Any] = {}
    exec(compile(path.read_text("utf-8"), str(path), "exec"), names)  # noqa: S102 - the administrator's own file
    return {name: value for name, value in names.items() if name.startswith("HOERT_")}


def make_private_folder(folder: Path) -> None:
    """The instance folder holds keys and words: nobody but the server's own user may look into it."""
    folder.mkdir(parents=True, exist_ok=True)
    there = folder.stat()  # changed only where it is wrong: a disk that became read-only must not keep the server down
    if there.st_uid == os.getuid() and there.st_mode & 0o777 != 0o700:
        folder.chmod(0o700)
    # What SQLite makes from now on is not readable by others either.
    os.umask(os.umask(0o077) | 0o077)


def secret_key(instance: Path) -> str:
    """The key that signs cookies and seals forms; made at first start with mode 0600, also when two processes start at once."""
    path = instance / "secret.key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _settled(path)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = secrets.token_urlsafe(48)
        file.write(key)
    return key


def _settled(path: Path) -> str:
    """Another process may be between making the file and writing it."""
    for _ in range(100):
        key = path.read_text("ascii").strip()
        if key:
            return key
        time.sleep(0.02)
    raise BadSetting(f"{path} is empty. Remove it and start again; everybody has to sign in anew.")
