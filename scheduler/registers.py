"""A folder that school systems write their registers into: each is taken in whole, and put away.

A file is taken once it has stayed as it is for a minute, so never while it is being written.
Whatever was taken or refused is moved: the folder shows what is still to come.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection

from bot.imports.faults import Rejected
from bot.imports.register_pages import MOST_BYTES
from bot.rules.calendar import wall
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.scene import Scene, Taskforce
from bot.turns.registers import report_lines, take_register
from storage.database import Database, away

logger = logging.getLogger(__name__)

NAME, BY = "register_folder", "folder"
EVERY, CALM_FOR = timedelta(minutes=2), timedelta(minutes=1)
DONE, REFUSED = "done", "refused"
UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".filepart")
TASK = "register"
STUCK = (
    "A register lies in the folder and cannot be read or moved: {name}. Tell whoever looks after"
    " Keyworker to check who may read and change it. Until then it is tried again and again, and"
    " what it says may not have been taken in."
)
FAULT_OF_OURS = "It could not be read because of a fault in Keyworker. Tell whoever looks after it."

State = tuple[int, int]  # size, and when it was last written


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file in the folder; one in a folder of its own is of the school that folder names."""

    path: Path = field(repr=False)
    school: str
    state: State


@dataclass(slots=True)
class RegisterFolder:
    """Looks again and again; two looks a minute apart show whether a file is still written."""

    folder: Path
    database: Database
    taskforce: Taskforce
    wake: Callable[[], None] = lambda: None
    _seen: dict[Path, tuple[State, datetime]] = field(default_factory=dict, repr=False)
    _stuck: dict[Path, date] = field(default_factory=dict, repr=False)

    async def look(self, now: datetime) -> None:
        """Take in every file that is whole. Raises when the database is away."""
        waiting = await asyncio.to_thread(lambda: list(files_in(self.folder)))
        for one in self._calm(waiting, now):
            await self._take(one, now)

    def _calm(self, waiting: Sequence[Waiting], now: datetime) -> list[Waiting]:
        """Choose what has not changed for a minute, by our own clock and not that of the disk."""
        before = self._seen
        self._seen = {
            one.path: before[one.path]
            if before.get(one.path, (None, now))[0] == one.state
            else (one.state, now)
            for one in waiting
        }
        return [one for one in waiting if now - self._seen[one.path][1] >= CALM_FOR]

    async def _take(self, one: Waiting, now: datetime) -> None:
        try:
            content = await asyncio.to_thread(read_whole, one)
        except OSError as error:
            await self._tell_stuck(one, error, now)
            return
        if content is None:
            return  # it is being written after all: the next look sees that
        try:
            lines = await self.database.write(lambda c: self._taken(c, one, content, now))
        except Rejected as rejected:
            await self._refuse(one, content, listed(rejected), now)
        except Exception as error:
            if away(error):
                raise
            # One file nobody can read must not keep those behind it out.
            logger.error("A register failed: %s", type(error).__name__)  # noqa: TRY400
            await self._refuse(one, content, [FAULT_OF_OURS], now)
        else:
            self.wake()
            await self._put_away(DONE, one, lines, now)

    def _taken(
        self, connection: Connection, one: Waiting, content: bytes, now: datetime
    ) -> list[str]:
        scene = self._scene(connection, content, now)
        return report_lines(take_register(scene, BY, BY, one.path.name, content, one.school))

    async def _refuse(self, one: Waiting, content: bytes, lines: list[str], now: datetime) -> None:
        """Have a person hear of it first: if moving the file fails, the same is tried again."""

        def work(connection: Connection) -> None:
            raise_refused(self._scene(connection, content, now), one.path.name)

        await self.database.write(work)
        self.wake()
        await self._put_away(REFUSED, one, lines, now)

    async def _put_away(self, where: str, one: Waiting, lines: list[str], now: datetime) -> None:
        try:
            await asyncio.to_thread(put_away, self.folder, where, one, lines, now)
        except OSError as error:
            await self._tell_stuck(one, error, now)

    async def _tell_stuck(self, one: Waiting, error: OSError, now: datetime) -> None:
        """Have a person hear of it once a day: those behind this file come in all the same."""
        today = wall(now).date()
        if self._stuck.get(one.path) == today:
            return
        logger.error("A register cannot be read or moved: %s", type(error).__name__)

        def work(connection: Connection) -> None:
            words = STUCK.format(name=one.path.name)
            ask_manager(self._scene(connection, str(one.path).encode(), now), words)

        await self.database.write(work)
        self._stuck[one.path] = today
        self.wake()

    def _scene(self, connection: Connection, content: bytes, now: datetime) -> Scene:
        """Hang it on what the file says and on the day: tried again, it is one task."""
        key = f"register:{wall(now):%Y-%m-%d}:{sha256(content).hexdigest()[:16]}"
        return Scene(connection, self.taskforce, now, key)


def raise_refused(scene: Scene, file_name: str) -> None:
    """Ask whoever runs the registers to see to one that was refused."""
    words = (
        f"A register was refused, and nothing of it was taken in: {file_name}. It lies in the"
        f" folder “{REFUSED}” with a list of what to put right. Until it comes right, no message"
        " about absence goes by it."
    )
    ask_manager(scene, words)


def ask_manager(scene: Scene, words: str) -> None:
    """Raise a task about a register with whoever runs them."""
    discreet = "A register did not come in. Open your desk to read it."
    matter = Matter(TASK, words, discreet_words=discreet)
    raise_task(scene, None, scene.practice.manager, matter, told=())


def files_in(folder: Path) -> Iterator[Waiting]:
    """List the files that are there, the longest there first, and none that is being written."""
    schools = [
        place
        for place in sorted(folder.iterdir())
        if place.is_dir() and not place.is_symlink() and place.name not in {DONE, REFUSED}
    ]
    found = [*_files(folder, "")]
    for place in schools:
        found += _files(place, place.name)
    yield from sorted(found, key=lambda one: (one.state[1], one.path))


def _files(folder: Path, school: str) -> Iterable[Waiting]:
    for path in folder.iterdir():
        if path.is_symlink() or not path.is_file() or path.name.startswith((".", "~")):
            continue
        if path.suffix.lower() in UNFINISHED:
            continue
        with suppress(FileNotFoundError):  # whoever wrote it took it away again
            yield Waiting(path, school, state_of(path))


def state_of(path: Path) -> State:
    """Say how large a file is and when it was last written."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def read_whole(one: Waiting) -> bytes | None:
    """Read a file, or as much as shows that it is too large. None: it has changed or gone."""
    try:
        with one.path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        return content if state_of(one.path) == one.state else None
    except FileNotFoundError:
        return None


def put_away(folder: Path, where: str, one: Waiting, lines: list[str], now: datetime) -> None:
    """Move a file out of the way, with what there is to say about it beside it."""
    place = folder / where / one.school
    place.mkdir(parents=True, exist_ok=True)
    target = place / f"{wall(now):%Y-%m-%d %H%M%S} {one.path.name}"
    target.with_name(f"{target.name}.txt").write_text("\n".join([*lines, ""]), encoding="utf-8")
    one.path.replace(target)


def listed(rejected: Rejected) -> list[str]:
    """List what is wrong with a file, for whoever has it."""
    more = [f"and {rejected.more} more"] if rejected.more else []
    return [*(str(fault) for fault in rejected.faults), *more]
