"""Alembic's way in: always on a connection that `storage.database` opened."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from storage.tables import Table


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Write encrypted and time columns as plain types: a migration must not need keys."""
    if kind == "type" and isinstance(item, TypeDecorator):
        autogen_context.imports.add("import sqlalchemy as sa")
        return (
            f"sa.{item.impl!r}"
            if "DateTime" not in repr(item.impl)
            else "sa.DateTime(timezone=True)"
        )
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_item=render_item,
    compare_type=False,
)
context.run_migrations()
