"""What is on record about a child and an adult, and which of it a person has set by hand.

The log says so: it is never changed, and a people file may be older than what stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from storage import contacts
from storage.tables import Case, CaseContact, Contact, ContactCase, Person

SET = "set_"  # how the purpose of an entry begins that says what a person has set
LABELS = {
    "name": "name",
    "year": "school year",
    "home_school": "home school",
    "registration": "registration",
}


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """What a family's page may correct about a child."""

    pupil_id: int
    name: str = field(repr=False)
    year: int
    home_school: str
    registration: str

    @property
    def standing(self) -> str:
        """Say how they stood for whoever looked, so that nobody undoes what another has set."""
        return "|".join((self.name, str(self.year), self.home_school, self.registration))


@dataclass(frozen=True, slots=True)
class SetByHand:
    """One thing on record that a person has set, as the log keeps it."""

    fact: str  # a key of `LABELS`
    words: str = field(repr=False)
    by: str
    at: datetime
    salt: bytes = field(repr=False)
    adult: str = ""  # whose it is; empty: the child's


def child_facts(connection: Connection, case_id: int) -> ChildFacts:
    """Read what is on record about the child of a case."""
    query = (
        select(Case.pupil_id, Person.name, Case.year, Case.home_school, Case.registration)
        .join(Person, Person.id == Case.pupil_id)
        .where(Case.id == case_id)
    )
    return ChildFacts(*connection.execute(query).one())


def write_child(
    connection: Connection, case_id: int, pupil_id: int, changed: Mapping[str, Any]
) -> None:
    """Correct what is on record about a child."""
    columns = {fact: new for fact, new in changed.items() if fact != "name"}
    if columns:
        connection.execute(update(Case).where(Case.id == case_id).values(**columns))
    if "name" in changed:
        rename(connection, pupil_id, changed["name"])


def rename(connection: Connection, person_id: int, name: str) -> None:
    """Correct somebody's name."""
    connection.execute(update(Person).where(Person.id == person_id).values(name=name))


def log_set(connection: Connection, made: SetByHand, case_ids: Iterable[int]) -> None:
    """Write on cases what a person has set: from now on no file sets it back."""
    entry = contacts.Entry(
        at=made.at,
        recorded_at=made.at,
        direction="internal",
        mode="note",
        done_by=made.by,
        recorded_by=made.by,
        purpose=_purpose(made.fact, made.adult),
        words=made.words,
        salt=made.salt,
    )
    contacts.log(connection, entry, case_ids)


def set_for_child(connection: Connection, case: str) -> frozenset[str]:
    """Name what a person has set about the child of a case."""
    query = (
        select(Contact.purpose)
        .join(ContactCase, ContactCase.contact_id == Contact.id)
        .join(Case, Case.id == ContactCase.case_id)
        .where(Case.ref == case, Contact.purpose.in_([_purpose(fact) for fact in LABELS]))
    )
    return frozenset(one.removeprefix(SET) for one in connection.execute(query).scalars())


def is_named_by_hand(connection: Connection, person_id: int, ref: str) -> bool:
    """Say whether a person has set the name of an adult."""
    query = (
        select(Contact.id)
        .join(ContactCase, ContactCase.contact_id == Contact.id)
        .join(CaseContact, CaseContact.case_id == ContactCase.case_id)
        .where(CaseContact.person_id == person_id, Contact.purpose == _purpose("name", ref))
    )
    return connection.execute(query.limit(1)).first() is not None


def _purpose(fact: str, adult: str = "") -> str:
    return f"{SET}{fact}:{adult}" if adult else f"{SET}{fact}"
