"""Whatever families write, about whomever: no digest shows words its reader may not read."""

from __future__ import annotations

import random

from sqlalchemy import insert, select

from bot.rules.digest_lines import lines
from bot.scene.scene import Scene
from bot.turns.digests import compose, since_last
from storage.addresses import person_by_ref
from storage.contacts import link
from storage.tables import Contact, ContactCase, Person, Restriction
from tests.stage import Play

STAFF = ("HM", "DO", "MB", "PN", "TW", "SG", "RA", "FS", "JL")
NAMES = ("Dani", "Marcus", "Priya", "Tom", "Sean", "Ruth", "Helen", "Joe", "Farah")
FAMILIES = ("P01", "P03", "P07", "P10", "P16", "P21", "P24")
SAYING = (
    "{mark} we are all well",
    "{mark} i want to make a complaint about {name}",
    "{mark} {name} hit my child",
    "{mark} complaint: {name} and {other} shouted at us",
    "{mark} i dont want to live any more",
    "{mark} {name} was kind today",
)
CLINICAL = "restricted_clinical"


def as_told(play: Play, connection) -> dict[str, str]:
    """What each member of staff would be told now."""
    scene = Scene(connection, play.service.taskforce, play.now, "test")
    told = {}
    for ref in STAFF:
        staff = person_by_ref(connection, ref)
        for away in (False, True):
            digest = compose(scene, staff, since_last(scene, staff), away=away).digest
            told[ref] = told.get(ref, "") + "\n".join(lines(digest))
    return told


def not_for(connection) -> set[tuple[str, str]]:
    """(staff, first word) of everything somebody may not read, by the rules as they are written."""
    rows = connection.execute(
        select(Person.ref, Contact.words)
        .join(Restriction, Restriction.staff_id == Person.id)
        .join(Contact, Contact.id == Restriction.contact_id)
        .where(Restriction.released_at.is_(None))
    )
    hidden = {(row.ref, row.words.split()[0]) for row in rows}
    notes = connection.execute(select(Contact).where(Contact.sensitivity == CLINICAL))
    return hidden | {
        (ref, row.words.split()[0])
        for row in notes
        for ref in STAFF
        if ref not in {row.done_by, "HM", "JL"}
    }


def clinical_note(connection, mark: str) -> None:
    """Tom writes a clinical note after the last thing a family said."""
    last = connection.execute(select(Contact).order_by(Contact.id.desc()).limit(1)).one()
    row = {**last._mapping, "sensitivity": CLINICAL, "done_by": "TW", "source": None,
           "words": f"{mark} a note", "direction": "outbound"}  # fmt: skip
    del row["id"]
    made = connection.execute(insert(Contact).values(**row).returning(Contact.id)).scalar_one()
    on = select(ContactCase.case_id).where(ContactCase.contact_id == last.id)
    link(connection, made, connection.execute(on).scalars().all())


async def test_no_digest_ever_shows_what_is_hidden_from_its_reader(play: Play):
    chance = random.Random(20261130)
    for number in range(24):
        name, other = chance.sample(NAMES, 2)
        said = chance.choice(SAYING).format(mark=f"zq{number}x", name=name, other=other)
        await play.writes(chance.choice(FAMILIES), said)
        if number % 6 == 0:
            await play.database.write(lambda c, n=number: clinical_note(c, f"zn{n}x"))
        if number % 8 == 7:
            await play.writes(chance.choice(("DO", "TW")), "/away")
    told = await play.database.read(lambda c: as_told(play, c))
    forbidden = await play.database.read(not_for)
    assert len(forbidden) > 20
    assert not [(who, mark) for who, mark in forbidden if mark in told[who]]
    seen = sum(f"zq{number}x" in "".join(told.values()) for number in range(24))
    assert seen == 24  # and every word of it reaches somebody
