"""A year of registers kept: `python -m tests.storage.marks_many [URL]` prints rate and memory.

Without an address it is an SQLite file; a PostgreSQL database has to be empty.
"""

from __future__ import annotations

import asyncio
import sys
import time
import tracemalloc
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import insert

from bot.imports.codes import attendance_codes
from bot.imports.faults import Faults
from bot.imports.register_shapes import Shapes
from bot.imports.registers import read_register
from storage.columns import keys_of
from storage.marks import Taking, take_in
from storage.migrate import upgrade
from storage.rolls import fill_rolls
from storage.tables import Case, Person, School
from tests.imports.registers import as_csv
from tests.imports.test_registers_many import FIRST, marked, upns
from tests.stage import open_stage
from tests.storage.rows import NOW

TODAY = datetime.fromisoformat("2026-07-20").date()
SCHOOL = "Millrace Centre"


def a_school_with(connection, count):
    """Put so many pupils on the roll of one school."""
    school = {"kind": "ap_pru", "borough": "Marlbridge", "calendar": ""}
    connection.execute(insert(School).values(name=SCHOOL, **school))
    index = keys_of(connection).index
    common = {"year": 9, "tier": 2, "status": "engaged", "sen": "K", "fsm": False, "csc": "none"}
    common |= {"registration": "single", "home_school": "none (PEx)", "placement_week": 1}
    for number, upn in enumerate(upns(count), 1):
        ref = f"P{number:04}"
        person = {"ref": ref, "kind": "pupil", "name": "Kai Thornton", "created_at": NOW}
        pupil = connection.execute(insert(Person).values(**person).returning(Person.id))
        own = {"ref": ref, "pupil_id": pupil.scalar_one(), "upn": upn}
        row = {**common, **own, "upn_index": index(f"upn:{upn}")}
        connection.execute(insert(Case).values(**row))
    fill_rolls(connection, FIRST)


def taken_in(connection, content, digest="first"):
    """Take one register in, as the service does."""
    faults = Faults()
    found = read_register("r.csv", content, Shapes(), attendance_codes(), faults.note, today=TODAY)
    school = connection.execute(School.__table__.select()).first().id
    return take_in(connection, found, Taking("FS", "page", digest, NOW, school), faults)


async def _measure(url):
    database = open_stage(url)
    await database.write(upgrade)
    await database.write(lambda c: a_school_with(c, 270))
    content = as_csv(marked(100_000))
    corrected = content.replace(b",N\r\n", b",O\r\n", 50_000)
    for what, body in (("new", content), ("as before", content), ("half corrected", corrected)):
        began = time.perf_counter()
        report = await database.write(lambda c, b=body, w=what: taken_in(c, b, w))
        rate = report.marks / (time.perf_counter() - began)
        print(f"{what}: {report.marks} marks, {rate:,.0f} a second", report.new, report.corrected)
    tracemalloc.start()
    for count in (10_000, 100_000):
        tracemalloc.reset_peak()
        body = as_csv(marked(count))
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        await database.write(lambda c, b=body, n=count: taken_in(c, b, str(n)))
        most = tracemalloc.get_traced_memory()[1] - before
        print(f"{count} marks: {most / 1e6:.1f} MB at most")
    await database.close()


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        file = f"sqlite:///{Path(folder) / 'marks.sqlite'}"
        asyncio.run(_measure(sys.argv[1] if len(sys.argv) > 1 else file))
