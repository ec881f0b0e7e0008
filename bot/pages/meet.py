"""The sheet a family gets on paper: who their key worker is, and how to reach them."""

from __future__ import annotations

from dataclasses import dataclass, field

from babel import Locale
from sqlalchemy import select

from bot.i18n import Text, Values, _, plain, put, rtl, worded
from bot.pages.families import Household
from bot.pages.visitor import Visitor
from bot.rules.routing import Worker
from bot.rules.welcome import all_worded, day_by_day
from bot.scene.family import NO_CALLS
from storage.addresses import Someone, person_by_id
from storage.allocations import key_workers
from storage.cases import ties_of
from storage.tables import Person, Staff

MEET = _("Meet your key worker")
MAIN_CONTACT = _("{worker} is the main contact for {pupil}.")
WRITE = _("Text this number")
READ_WHEN = _("When {worker} reads messages")
HOLIDAYS = _("It is the same in the school holidays. On bank holidays nobody reads them.")
WHO_READS = _("Who reads what you write")
READER = _("{worker} reads every message and answers.")
COVERED = _("When {worker} is away, {cover} reads and answers.")
SOMEBODY = _("When {worker} is away, somebody else of the team reads and answers.")
KEPT = _("What you write is kept in the record of {pupil}. The team can read it.")
SOMEBODY_ELSE = _("To reach somebody else")
RING = _("Ring {phone}.")
TO_STOP = _("To stop these texts")
STOP = _("Reply STOP. {worker} can still phone or visit. To start again text START.")
STOP_NO_CALLS = _("Reply STOP. {worker} can still visit. To start again text START.")
DANGER = _("If anyone is hurt or in danger, call 999 now.")
MENTAL_HEALTH = _("For urgent mental health help call 111, option 2.")
NOT_ALWAYS = _("Nobody reads messages at night.")
# What the staff file may call a role for families. Another word of a team's own has no wording in
# other languages until the team adds it to its catalogue.
LABELS = (
    _("attendance support"),
    _("family support"),
    _("learning support"),
    _("school support"),
    _("school support worker"),
    _("speech and language support"),
    _("talking sessions"),
    _("youth support"),
)
ALL = (
    *(MEET, MAIN_CONTACT, WRITE, READ_WHEN, HOLIDAYS, WHO_READS, READER, COVERED, SOMEBODY, KEPT),
    *(SOMEBODY_ELSE, RING, TO_STOP, STOP, STOP_NO_CALLS, DANGER, MENTAL_HEALTH, NOT_ALWAYS),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page in one language; every value is ready to stand there."""

    language: str
    direction: str
    name: str = field(repr=False)
    label: str  # what families may see of the worker's role; empty: not in their language
    unsaid: str  # the same in English, if it has no wording in the language of the sheet
    days: list[tuple[str, str]]
    words: dict[str, str] = field(repr=False)
    rings: str  # empty: there is a line to write a number on
    texts: str  # the same


@dataclass(frozen=True, slots=True)
class Reader:
    """The adult a sheet is for."""

    ref: str = ""
    name: str = field(default="", repr=False)
    language: str = "en"
    discreet: bool = False
    calls: bool = True

    @property
    def reads(self) -> str:
        """Name their language to staff."""
        return str(Locale.parse(self.language).get_display_name("en"))


def readers(visitor: Visitor, home: Household) -> list[Reader]:
    """List the adults a sheet can be for, first to be asked first."""
    connection = visitor.scene.connection
    return [_reader(visitor, person_by_id(connection, one)) for one in home.adults]


def _reader(visitor: Visitor, person: Someone) -> Reader:
    ties = ties_of(visitor.scene.connection, person.id)
    calls = not any(NO_CALLS & set(tie.needs) for tie in ties)
    return Reader(person.ref, person.name, person.language, person.discreet, calls)


def sheet(visitor: Visitor, home: Household, case: str, reader: Reader) -> Sheet | None:
    """Make the sheet of a case. None: it has no key worker yet."""
    scene = visitor.scene
    workers = key_workers(scene.connection, home.case_ids, scene.today)
    refs = dict(zip(home.case_ids, home.refs, strict=True))
    theirs = {refs[one]: found[0] for one, found in workers.items()}
    worker = scene.team.workers.get(theirs.get(case, ""))
    if worker is None:
        return None
    named = zip(home.refs, home.children, strict=True)
    children = tuple(child.split()[0] for ref, child in named if theirs.get(ref) == worker.ref)
    approved = reader.language in scene.practice.languages
    language = reader.language if approved and all_worded(ALL, reader.language) else "en"
    label = plain(_label(visitor, worker))
    said = put(label, language, {})
    return Sheet(
        language=language,
        direction="rtl" if rtl(language) else "ltr",
        name=worker.name,
        label=said if worded(label, language) else "",
        unsaid="" if worded(label, language) else said,
        days=day_by_day(worker.hours, language),
        words=_words(visitor, worker, children, reader, language),
        rings=scene.practice.office_line,
        texts=scene.practice.text_number,
    )


def _label(visitor: Visitor, worker: Worker) -> str:
    query = select(Staff.public_label).join(Person, Person.id == Staff.person_id)
    row = visitor.scene.connection.execute(query.where(Person.ref == worker.ref)).scalar_one()
    return str(row)


def _words(
    visitor: Visitor, worker: Worker, children: tuple[str, ...], reader: Reader, language: str
) -> dict[str, str]:
    """Put every sentence of the sheet into words."""
    cover = visitor.scene.team.workers.get(worker.deputy or "")
    stands_in = cover if cover and cover.active else None
    values: Values = {
        "worker": worker.first_name,
        "pupil": children,
        "cover": stands_in.first_name if stands_in else "",
        "phone": visitor.scene.practice.office_line,
    }
    said: dict[str, tuple[Text, ...]] = {
        "title": (MEET,),
        "contact": (MAIN_CONTACT,),
        "write": (WRITE,),
        "read_when": (READ_WHEN,),
        "holidays": (HOLIDAYS,),
        "who_reads": (WHO_READS,),
        "readers": (READER, COVERED if stands_in else SOMEBODY, KEPT),
        "somebody_else": (SOMEBODY_ELSE,),
        "ring": (RING,),
        "to_stop": (TO_STOP,),
        "stop": (STOP if reader.calls else STOP_NO_CALLS,),
        "danger": (DANGER,),
        "help": (MENTAL_HEALTH, NOT_ALWAYS),
    }
    return {
        name: " ".join(put(text, language, values) for text in texts)
        for name, texts in said.items()
    }
