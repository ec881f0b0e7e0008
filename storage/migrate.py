"""Bringing a database up to today's tables, and down again."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x6B77_0001  # any number, as long as nothing else of ours locks it


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the tables up to a revision."""
    command.upgrade(_config(connection), revision)


def bring_up_to_date(connection: Connection) -> None:
    """Bring the tables to this release's, once, however many processes start together."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    if current(connection) != head():
        upgrade(connection)


def downgrade(connection: Connection, revision: str = "base") -> None:
    """Take the tables back to a revision."""
    command.downgrade(_config(connection), revision)


def current(connection: Connection) -> str | None:
    """Name the revision the database is at; None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """Name the newest revision this code knows."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def knows(revision: str) -> bool:
    """Say whether this code has ever heard of a revision."""
    scripts = ScriptDirectory.from_config(_config())
    return revision in {script.revision for script in scripts.walk_revisions()}
