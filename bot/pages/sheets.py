"""Sheets of rows: what is shown on a page and printed on paper alike."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, and its share of the width."""

    label: str
    share: int
    number: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row; what belongs to it but fits no column stands below it."""

    case: str  # empty: about no case
    cells: tuple[str, ...] = field(repr=False)
    below: tuple[str, ...] = field(default=(), repr=False)
    grave: bool = False
    decision: int = 0  # the one it is about, while it is not done


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the pack."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    none: str  # what is said where there is nothing
    many: int = 0  # how many things its rows tell of
    note: str = ""  # how it is to be read


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole pack."""

    title: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    foot: str = field(repr=False)
