"""The spool: files that keep what came while the database was away, sealed, in order of arrival.

A file has its name only when all of it is on the disk; what a crash left half written has none,
and nobody was told that it was taken.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from cryptography.fernet import InvalidToken

from bot.domain import NotReady, WebhookRequest
from storage.keys import Keyring

FOLDER = "spool"
WHOLE, PART, ASIDE = ".sealed", ".part", ".unread"
PROVES = frozenset({"authorization", "cookie"})  # headers that prove who called: never kept


@dataclass(frozen=True, slots=True)
class Spooled:
    """One call of a provider, proven genuine when it came."""

    provider: str
    kind: str  # "message", "receipt", "call"
    request: WebhookRequest
    came_at: datetime | None = None  # None: it is being put in now


class Spoiled(Exception):
    """A spooled file that cannot be read."""

    def __init__(self, raw: str) -> None:
        super().__init__("a spooled file that cannot be read")
        self.raw = raw  # sealed as it stands in the file


class Spool:
    """A folder of sealed calls. One process owns it; one call is put in at a time."""

    def __init__(self, folder: Path, keys: Keyring) -> None:
        self._folder, self._keys = folder, keys
        self._last = max((_stamp(name) for name in self.names()), default=0)
        self._trials = count()

    def put(self, call: Spooled, at: datetime) -> None:
        """Keep one call so that a power cut cannot take it, or raise `OSError`."""
        sealed = self._keys.seal(_written(call))
        # A clock that is put back must not let a later message overtake an earlier one.
        self._last = max(int(at.timestamp() * 1_000_000), self._last + 1)
        name = f"{self._last:017d}-{self._keys.index(repr(call.request.body))[:8].lower()}"
        part = self._folder / f"{name}{PART}"
        try:
            _write(part, sealed)
            part.rename(self._folder / f"{name}{WHOLE}")
        except OSError:
            part.unlink(missing_ok=True)
            raise
        _flush(self._folder)

    def names(self) -> list[str]:
        """List what waits, in order of arrival."""
        return sorted(self._whole())

    def count(self) -> int:
        """Count what waits."""
        return sum(1 for _name in self._whole())

    def waits(self, besides: Collection[str] = ()) -> bool:
        """Say whether anything waits besides some that nobody has to wait for."""
        return any(name not in besides for name in self._whole())

    def read(self, name: str) -> Spooled:
        """Read one call, or raise `Spoiled`; `OSError` says only that it cannot be read now."""
        raw = (self._folder / name).read_bytes()
        try:
            return _read(self._keys.unseal(raw), came_at(name))
        except (InvalidToken, ValueError, KeyError, TypeError):
            raise Spoiled(raw.decode("ascii", "backslashreplace")) from None

    def remove(self, name: str) -> None:
        """Forget one call that has been acted on."""
        (self._folder / name).unlink(missing_ok=True)

    def set_aside(self, name: str) -> None:
        """Put a file that cannot be read out of the way; a key that was lost may open it."""
        (self._folder / name).rename(self._folder / f"{name}{ASIDE}")

    def try_out(self) -> None:
        """Write a file and take it away again, or raise `OSError`: nothing could be kept now."""
        trial = self._folder / f"trial-{next(self._trials)}{PART}"
        try:
            _write(trial, b"trial")
        finally:
            trial.unlink(missing_ok=True)

    def _whole(self) -> Iterator[str]:
        with os.scandir(self._folder) as found:
            yield from (entry.name for entry in found if entry.name.endswith(WHOLE))


def open_spool(data_dir: Path, keys: Keyring) -> Spool:
    """Open the spool of a data folder; raises `NotReady` if nothing can be written there."""
    folder = data_dir / FOLDER
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for half_written in folder.glob(f"*{PART}"):
            half_written.unlink()
        spool = Spool(folder, keys)
        spool.try_out()
    except OSError as error:
        raise NotReady(
            f"The folder “{FOLDER}” in KEYWORKER_DATA_DIR cannot be written to "
            f"({type(error).__name__}): messages that come while the database is away would be "
            "lost. Let the service's user own it."
        ) from None
    return spool


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    """Have the folder itself remember the new name."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _stamp(name: str) -> int:
    digits = name.partition("-")[0]
    return int(digits) if digits.isascii() and digits.isdecimal() else 0


def came_at(name: str) -> datetime | None:
    """Say when a call came, by the name of its file."""
    stamp = _stamp(name)
    try:
        return datetime.fromtimestamp(stamp / 1_000_000, UTC) if stamp else None
    except (ValueError, OverflowError, OSError):
        return None


def _written(call: Spooled) -> str:
    asked = call.request
    return json.dumps(
        {
            "provider": call.provider,
            "kind": call.kind,
            "path": asked.path,
            "query": asked.query,
            "headers": {name: said for name, said in asked.headers.items() if name not in PROVES},
            "body": base64.b64encode(asked.body).decode("ascii"),
        }
    )


def _read(words: str, came_at: datetime | None) -> Spooled:
    kept: dict[str, Any] = json.loads(words)
    body = base64.b64decode(kept["body"], validate=True)
    request = WebhookRequest(kept["path"], kept["query"], dict(kept["headers"]), body)
    return Spooled(kept["provider"], kept["kind"], request, came_at)
