"""Tables go up and down on both engines, and the triggers are there after every step."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from storage import triggers
from storage.database import Database
from storage.migrate import MIGRATIONS, current, downgrade, head, upgrade
from storage.tables import Table
from tests.storage.rows import a_case, a_contact

SCRIPTS = ScriptDirectory(str(MIGRATIONS))
STEPS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def index_shape(index: Any) -> str:
    options = {key: str(value) for key, value in index["dialect_options"].items()}
    return f"{index['name']} {index['column_names']} {index['unique']} {options}"


def shape(connection: Connection) -> dict[str, Any]:
    """Everything an engine says about the tables, to be compared with itself."""
    inspector = inspect(connection)
    return {
        name: (
            [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(name)],
            sorted(index_shape(index) for index in inspector.get_indexes(name)),
            sorted(str(key) for key in inspector.get_unique_constraints(name)),
            sorted(str(key) for key in inspector.get_foreign_keys(name)),
        )
        for name in tables(connection)
    }


def test_there_is_one_newest_revision_and_one_road_to_it():
    assert SCRIPTS.get_heads() == [head()]
    assert SCRIPTS.get_bases() == STEPS[:1]
    assert STEPS[-1] == head()
    assert [SCRIPTS.get_revision(step).down_revision for step in STEPS] == [None, *STEPS[:-1]]


async def test_all_the_way_down_and_up_again_gives_the_same_tables(database: Database):
    before = await database.read(shape)
    assert await database.read(current) == head()
    await database.write(downgrade)
    assert await database.read(tables) == set()
    assert await database.read(triggers.present) == ()
    assert await database.read(current) is None
    await database.write(upgrade)
    assert await database.read(shape) == before
    assert await database.read(current) == head()


async def test_no_step_loses_a_trigger(database: Database):
    dialect = "sqlite" if "sqlite" in database.url else "postgresql"
    await database.write(downgrade)
    for step in STEPS:
        await database.write(lambda c, step=step: upgrade(c, step))
        assert await database.read(current) == step
        made = triggers.names(dialect, await database.read(tables))
        assert await database.read(triggers.present) == made, step
    for step in reversed(STEPS[:-1]):
        await database.write(lambda c, step=step: downgrade(c, step))
        left = triggers.names(dialect, await database.read(tables))
        assert await database.read(triggers.present) == left, step


async def test_a_service_that_is_up_to_date_may_ask_again(database: Database):
    await database.write(lambda c: a_contact(c, (a_case(c),)))
    await database.write(upgrade)
    count = text("SELECT count(*) FROM contact")
    assert await database.read(lambda c: c.execute(count).scalar_one()) == 1


async def test_the_tables_are_those_the_code_believes_in(database: Database):
    def differences(connection: Connection) -> list[Any]:
        options = {"compare_type": False, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, Table.metadata))

    assert await database.read(differences) == []
    assert await database.read(tables) == set(Table.metadata.tables)


async def test_every_column_has_the_kind_the_code_believes_in(database: Database):
    """Autogenerate is blind behind our own column types, so their insides are compared here."""

    def kinds(connection: Connection) -> list[tuple[str, str, str, str]]:
        inspector, wrong = inspect(connection), []
        for table in Table.metadata.sorted_tables:
            there = {column["name"]: column for column in inspector.get_columns(table.name)}
            for column in table.columns:
                wanted = column.type.compile(connection.dialect)
                found = there[column.name]["type"].compile(connection.dialect)
                if wanted != found or column.nullable != there[column.name]["nullable"]:
                    wrong.append((table.name, column.name, wanted, found))
        return wrong

    assert await database.read(kinds) == []


async def test_a_migration_that_breaks_leaves_everything_as_it_was(database: Database):
    before = await database.read(shape)

    def half_way(connection: Connection) -> None:
        downgrade(connection)
        raise ValueError("the power went")

    with pytest.raises(ValueError, match="power"):
        await database.write(half_way)
    assert await database.read(shape) == before
    dialect = "sqlite" if "sqlite" in database.url else "postgresql"
    assert await database.read(triggers.present) == triggers.names(dialect)


def test_migrating_needs_no_keys():
    """A migration that had to decrypt would stop an update wherever the keys are kept elsewhere."""
    source = "\n".join(path.read_text() for path in (MIGRATIONS / "versions").glob("*.py"))
    assert "storage.columns" not in source
    assert "storage.tables" not in source
    assert "storage.keys" not in source
