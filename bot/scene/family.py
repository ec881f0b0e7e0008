"""One family as a transaction sees it: who they are, who owns them, what a flow may know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from bot.flows.base import Facts
from bot.rules.calendar import wall
from bot.rules.gate import OPEN_STATUSES
from bot.rules.hours import next_shift, on_shift, shift_ends
from bot.rules.practice import Window
from bot.rules.routing import Owner, owner, owners, standing_owner, urgent_owner
from bot.rules.windows import strictest
from bot.scene.names import marked, named
from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases
from storage.addresses import Line, Someone, lines_of, people, person_by_ref
from storage.cases import Tie, all_ties, ties_of
from storage.restricted import restricted_cases
from storage.staff import key_workers_of

NO_CALLS = frozenset({"deaf_text_only"})
SHORT_SENDER = 8  # a sender with fewer characters is a service, and is never answered


@dataclass(frozen=True)
class Family:
    """Whoever is at one address: a carer with their cases, or a stranger with none."""

    scene: Scene = field(repr=False)
    line: Line
    person: Someone | None = None
    ties: tuple[Tie, ...] = ()

    @cached_property
    def key_workers(self) -> list[str]:
        return key_workers_of(self.scene.connection, self.case_ids, self.scene.today)

    @property
    def key_worker(self) -> str | None:
        return self.key_workers[0] if self.key_workers else None

    @property
    def case_ids(self) -> list[int]:
        return [tie.case_id for tie in self.ties]

    @property
    def filed_under(self) -> int | None:
        """Say which case their words are filed under: a restricted one, if any of theirs is."""
        kept = restricted_cases(self.scene.connection) if len(self.ties) > 1 else ()
        return next((one for one in self.case_ids if one in kept), next(iter(self.case_ids), None))

    @property
    def cases(self) -> tuple[str, ...]:
        return tuple(tie.case for tie in self.ties)

    @property
    def muted(self) -> bool:
        """Nothing is ever sent back: do-not-use, or a machine that texts."""
        forbidden = any(tie.do_not_use for tie in self.ties)
        bare = self.line.address.lstrip("+")
        machine = self.line.channel == "sms" and (len(bare) < SHORT_SENDER or not bare.isdigit())
        return forbidden or machine

    @property
    def language(self) -> str:
        return self.person.language if self.person else "en"

    @property
    def calls(self) -> bool:
        return not any(NO_CALLS & set(tie.needs) for tie in self.ties)

    @property
    def reach(self) -> str:
        """Tell staff how to reach a family that cannot be texted."""
        return "Please phone or visit" if self.calls else "Please visit or write, never phone"

    @property
    def discreet(self) -> bool:
        """Unknown means the most careful: a stranger's phone may be anybody's."""
        return self.person is None or self.person.discreet or self.person.shared_phone

    @property
    def window(self) -> Window:
        return strictest(tie.window for tie in self.ties if not tie.do_not_use)

    @property
    def statuses(self) -> frozenset[str]:
        return frozenset(tie.status for tie in self.ties if not tie.do_not_use)

    @property
    def open_ties(self) -> tuple[Tie, ...]:
        """The cases a text may be about: all of them when none is open."""
        still = tuple(tie for tie in self.ties if tie.status in OPEN_STATUSES)
        return still or self.ties

    @cached_property
    def owner(self) -> Owner:
        return owner(self.scene.team, self.scene.practice, self.key_worker, self.scene.now)

    @cached_property
    def standing(self) -> Owner:
        return standing_owner(self.scene.team, self.scene.practice, self.key_worker, self.scene.now)

    @cached_property
    def urgent(self) -> Owner:
        return urgent_owner(self.scene.team, self.scene.practice, self.key_worker, self.scene.now)

    def owners(self) -> list[str]:
        """Everybody who is told: the owner on behalf of each key worker, each once."""
        return owners(self.scene.team, self.scene.practice, self.key_workers, self.scene.now)

    def staffed(self) -> bool:
        """Is the owner on shift now?"""
        worker = self.scene.worker(self.owner.staff)
        return on_shift(worker.hours, self.scene.practice.calendar, self.scene.now)

    def next_read(self) -> datetime:
        """Work out when this phone is next read, from the owner's real hours."""
        worker = self.scene.worker(self.owner.staff)
        shift = next_shift(worker.hours, self.scene.practice.calendar, self.scene.now)
        return shift or self.scene.now

    def read_until(self) -> datetime:
        """Work out until when the owner is on shift; now, if they are not."""
        worker = self.scene.worker(self.owner.staff)
        ends = shift_ends(worker.hours, self.scene.practice.calendar, self.scene.now)
        return ends or self.scene.now

    def facts(self) -> Facts:
        return self._facts

    @cached_property
    def _facts(self) -> Facts:
        return Facts(
            person=self.person.first_name if self.person else "",
            pupil=tuple(dict.fromkeys(tie.pupil_first_name for tie in self.open_ties)),
            # The one person they know: a deputy for the day answers under their own name.
            worker=self.scene.worker(self.standing.staff).first_name,
            today=self.scene.today,
            next_read=self.next_read(),
            calls=self.calls,
        )

    def named(self) -> str:
        """Stand for the family in words about it, until somebody reads them: see `names`.

        The names are not put in here: not everybody who is told may know of every child.
        """
        return marked(self.person.id) if self.person else f"Unknown {self._place}"

    def shown_to(self, staff: Someone) -> Family:
        """Take the family as it may be named to somebody; only to name it: its rules need it whole.

        A restricted case stands in no name for whoever has no part in it.
        """
        hidden = hidden_cases(self.scene, staff)
        return replace(self, ties=tuple(tie for tie in self.ties if tie.case_id not in hidden))

    def initials(self) -> str:
        """Name the family where words and names must not stand: "KT P01"."""
        if not self.ties:
            return "a family" if self.person else f"a {self._place} nobody knows"
        return ", ".join(f"{tie.initials} {tie.case}" for tie in self.ties)

    def for_chat(self, ref: str) -> str:
        """Name the family in the chat of one of the staff, as openly as the taskforce approved."""
        staff = person_by_ref(self.scene.connection, ref)
        seen = self.shown_to(staff) if staff else self
        if not self.scene.practice.notices_shown:
            return seen.initials()
        return named(self.person, seen.ties) if self.person else self.named()

    @property
    def _place(self) -> str:
        return "number" if self.line.channel == "sms" else "chat"


def family_at(scene: Scene, line: Line, person: Someone | None) -> Family:
    """Load whoever is at an address."""
    ties = tuple(ties_of(scene.connection, person.id)) if person else ()
    return Family(scene, line, person, ties)


def family_of(scene: Scene, person: Someone) -> Family | None:
    """Load a family by its person, at the address that is best to use; None: they have none."""
    lines = lines_of(scene.connection, person.id)
    if not lines:
        return None
    return family_at(scene, min(lines, key=_trouble), person)


def _trouble(line: Line) -> tuple[bool, bool, bool, bool]:
    """The address with the least against it first; a chat they linked before a bare number."""
    gone = line.wrong_at or line.dead_at or line.carrier_blocked_at
    left = line.left_at is not None
    return (gone is not None, line.opted_out_at is not None, left, line.channel == "sms")


def all_families(scene: Scene, staff: Someone) -> list[tuple[str, str]]:
    """List (person id, name) of every carer there is for a member of staff.

    "Leanne Thornton (Kai P01)". A restricted case stands in none of them for whoever has no part
    in it, and whoever belongs to nothing else is no family to them.
    """
    return [
        (person.ref, named(person, ties))
        for person, ties in _carers(scene, hidden_cases(scene, staff))
    ]


def chat_labels(scene: Scene, staff: Someone) -> dict[str, str]:
    """Name every carer for a staff chat in which no names may stand: "KT P01". Else nothing."""
    if scene.practice.notices_shown:
        return {}
    return {
        person.ref: ", ".join(f"{tie.initials} {tie.case}" for tie in ties)
        for person, ties in _carers(scene, hidden_cases(scene, staff))
    }


def _carers(scene: Scene, hidden: frozenset[int]) -> Iterator[tuple[Someone, tuple[Tie, ...]]]:
    ties = all_ties(scene.connection)
    for person in people(scene.connection):
        theirs = ties.get(person.id, [])
        shown = tuple(tie for tie in theirs if tie.case_id not in hidden)
        if person.kind == "carer" and (shown or not theirs):
            yield person, shown


def barred(scene: Scene) -> frozenset[str]:
    """List by person id who must not be contacted."""
    ties = all_ties(scene.connection)
    return frozenset(
        person.ref
        for person in people(scene.connection)
        if any(tie.do_not_use for tie in ties.get(person.id, ()))
    )


def local_time(moment: datetime) -> str:
    """Write a moment for staff: "Mon 30 Nov 09:00"."""
    return f"{wall(moment):%a} {wall(moment).day} {wall(moment):%b %H:%M}"
