"""The demo families' files, and ways to spoil them."""

from __future__ import annotations

import csv
import io
from importlib.resources import files

import pytest

from bot.imports.faults import Rejected
from bot.imports.people import read_people

DEMO = {
    kind: (files("bot.data.demo") / f"{kind}.csv").read_text("utf-8")
    for kind in ("staff", "schools", "pupils", "carers")
}


def demo(**texts):
    """Give the demo files, some of them replaced; None leaves one out."""
    chosen = {**DEMO, **texts}
    return [(f"{kind}.csv", text.encode()) for kind, text in chosen.items() if text is not None]


def changed(kind, *changes):
    """Change cells of a demo file: (row as a spreadsheet shows it, column, new value)."""
    rows = list(csv.reader(io.StringIO(DEMO[kind])))
    for row, column, value in changes:
        rows[row - 1][rows[0].index(column)] = value
    return written(rows)


def without(kind, *columns, rows=()):
    kept = [
        cells
        for number, cells in enumerate(csv.reader(io.StringIO(DEMO[kind])), 1)
        if number not in rows
    ]
    places = [place for place, name in enumerate(kept[0]) if name not in columns]
    return written([[cells[place] for place in places] for cells in kept])


def written(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def faults_of(given_files, **known):
    with pytest.raises(Rejected) as rejected:
        read_people(given_files, **known)
    return rejected.value.faults


def only_fault(given_files, **known):
    faults = faults_of(given_files, **known)
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]


def replaced(kind, content):
    return [(name, content if name == f"{kind}.csv" else old) for name, old in demo()]
