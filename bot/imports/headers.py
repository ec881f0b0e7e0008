"""Which file is which: known by its headings, whatever its name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass

from bot.imports.faults import Fault, did_you_mean
from bot.imports.tables import Table

ENOUGH = 3  # headings in common that make a file one of ours


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of people file. A column that holds a rule for a family is never optional."""

    name: str
    required: frozenset[str]
    optional: frozenset[str] = frozenset()
    adult: frozenset[str] = frozenset()  # the older way to name an adult: with one, all optional

    def needed(self, header: Collection[str]) -> frozenset[str]:
        """Give the columns that must be there, as there are these."""
        return self.columns if self.adult & set(header) else self.required

    @property
    def columns(self) -> frozenset[str]:
        return self.required | self.optional


STAFF = Kind(
    "staff",
    frozenset({"id", "name", "role", "employer", "phone", "deputy", "chat_channel", "hours"}),
    frozenset({"fte", "days", "late_until", "public_label", "note"}),
)
SCHOOLS = Kind(
    "schools",
    frozenset({"name", "kind", "borough", "calendar"}),
    frozenset({"note", "safeguarding_name", "safeguarding_phone"}),
)
PUPILS = Kind(
    "pupils",
    frozenset(
        {
            "id",
            "first",
            "last",
            "upn",
            "year",
            "tier",
            "status",
            "sen",
            "fsm",
            "csc",
            "registration",
            "home_school",
            "key_worker",
            "placement_week",
        }
    ),
    frozenset({"language", "channel", "carer_relation", "carer_name", "carer_phone", "constraint"}),
    frozenset({"carer_relation", "carer_name", "carer_phone"}),
)
CARERS = Kind(
    "carers",
    frozenset(
        {
            "pupil",
            "relation",
            "name",
            "phone",
            "channel",
            "reads",
            "speaks",
            "parental_responsibility",
            "priority",
            "do_not_use",
            "do_not_use_reason",
            "shared_phone",
            "discreet",
            "contact_days",
            "contact_hours",
            "avoid",
            "prefers",
            "needs",
            "opted_out",
            "proven",
        }
    ),
    frozenset({"note"}),
)
KINDS = (STAFF, SCHOOLS, PUPILS, CARERS)


def kind_of(table: Table, note: Callable[[Fault], None]) -> Kind | None:
    """Tell which people file this is; note a fault and answer None if it is none."""
    shared = {kind.name: len(kind.columns & set(table.header)) for kind in KINDS}
    kind = max(KINDS, key=lambda kind: shared[kind.name])
    tied = sum(count == shared[kind.name] for count in shared.values()) > 1
    if shared[kind.name] >= ENOUGH and not tied:
        return kind
    note(Fault(table.file, 1, "", ",".join(table.header), _unknown(table.header)))
    return None


def check_header(table: Table, kind: Kind, note: Callable[[Fault], None]) -> bool:
    """Note every wrong heading; say whether the columns can be told apart."""
    missing = kind.needed(table.header) - set(table.header)
    for name in sorted(missing):
        advice = (
            f"is missing. A {kind.name} file needs this column, even where its cells are empty."
        )
        note(Fault(table.file, 1, name, "", advice))
    for name in dict.fromkeys(table.header):
        if name not in kind.columns and (name or _has_cells_below(table)):
            note(Fault(table.file, 1, name, name, _strange(name, table, kind)))
    double = [name for name, count in Counter(table.header).items() if name and count > 1]
    for name in double:
        advice = "stands in the header twice. Delete or rename one of the two columns."
        note(Fault(table.file, 1, name, name, advice))
    return not double and not missing


def _unknown(header: tuple[str, ...]) -> str:
    if len(header) == 1 and any(sign in header[0] for sign in ";\t|"):
        return "is not divided by commas. Save the file as 'CSV UTF-8 (comma delimited)'."
    if set(header) == {"date", "type"}:
        return "is the header of a calendar. Name calendars in the schools file instead."
    kinds = ", ".join(kind.name for kind in KINDS)
    return f"is the header of no people file ({kinds}). Write the headings in row 1."


def _strange(name: str, table: Table, kind: Kind) -> str:
    if not name:
        return "is missing above a column that has cells. Name the column or delete it."
    near = did_you_mean(name, kind.columns - set(table.header))
    return f"is no column of a {kind.name} file.{near} Rename or delete the column."


def _has_cells_below(table: Table) -> bool:
    blank = [place for place, name in enumerate(table.header) if not name]
    return any(any(record.cells[place : place + 1]) for record in table.records for place in blank)
