"""PostgreSQL's own programs for backups: found, run, never handed a secret on a command line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import make_url

from bot.domain import NotReady

ASIDE = "keyworker_before_"  # schemas in which a restore keeps what was there
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
SSL = {"True": "require", "true": "require", "False": "disable", "false": "disable"}


def dump(url: str, part: Path) -> None:
    """Write a database as it stands at one moment into a file, and read all of it once."""
    _run(url, "pg_dump", "--format=custom", f"--exclude-schema={ASIDE}*", f"--file={part}")
    _run(url, "pg_restore", f"--file={os.devnull}", str(part))


def bring_in(url: str, file: Path) -> None:
    """Bring a backup into an empty database: all of it, or nothing."""
    database = make_url(url).database or ""
    plain = ("--no-owner", "--no-acl", "--no-comments")
    whole = ("--single-transaction", "--exit-on-error")
    _run(url, "pg_restore", *plain, *whole, f"--dbname={database}", str(file))


def _run(url: str, program: str, *arguments: str) -> None:
    """Run a program; raises `NotReady` with the first line of its complaint."""
    done = subprocess.run(  # noqa: S603  our own words, and a program found in known places
        [str(newest(program)), *arguments],
        env=surroundings(url),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode == 0:
        return
    said = done.stderr.decode(errors="replace")
    if "server version mismatch" in said:
        raise NotReady(f"{program} is older than the server. {_install(program)}")
    # Only the first line: further ones may quote the row that was at fault.
    raise NotReady(f"{program} failed: {said.strip().splitlines()[0][:200] if said else 'no word'}")


def surroundings(url: str) -> dict[str, str]:
    """Say where the database is, and with which password, as libpq reads it."""
    parts = make_url(url)
    query = {name: str(value) for name, value in parts.query.items()}
    told = {
        "PGHOST": query.get("host") or parts.host,
        "PGPORT": query.get("port") or (str(parts.port) if parts.port else None),
        "PGUSER": query.get("user") or parts.username,
        "PGPASSWORD": query.get("password") or parts.password,
        "PGDATABASE": parts.database,
        "PGSSLMODE": SSL.get(query.get("ssl", ""), query.get("ssl")),
    }
    ours = {name: value for name, value in os.environ.items() if name.startswith("PG")}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, **ours, **{name: value for name, value in told.items() if value}, "LC_ALL": "C"}


def newest(program: str) -> Path:
    """Find the newest of several: a newer one works with an older server, not the other way."""
    folders = [Path(folder) for folder in os.get_exec_path()]
    folders += [Path(folder) for place in PLACES for folder in Path("/").glob(place[1:])]
    found = [Path(path) for folder in folders if (path := shutil.which(program, path=str(folder)))]
    if not found:
        raise NotReady(f"{program} was not found. {_install(program)}")
    return max(found, key=_version)


def _version(program: Path) -> tuple[int, ...]:
    said = subprocess.run([str(program), "--version"], capture_output=True, check=False, text=True)  # noqa: S603
    number = re.search(r"(\d+)(?:\.(\d+))?", said.stdout)
    return tuple(int(part or 0) for part in number.groups()) if number else ()


def _install(program: str) -> str:
    return (
        f"Install PostgreSQL's client programs ({program}) in the server's version or a newer one, "
        "such as the package postgresql-client."
    )
