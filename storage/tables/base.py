"""The one registry of tables, and names for every constraint so that migrations can find them."""

from __future__ import annotations

from typing import cast

from sqlalchemy import MetaData
from sqlalchemy import Table as Core
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(DeclarativeBase):
    """A table."""

    metadata = MetaData(naming_convention=NAMES)


def core(table: type[DeclarativeBase]) -> Core:
    """Take a table out of its class: statements over it carry nothing of the ORM's with them."""
    return cast(Core, table.__table__)
