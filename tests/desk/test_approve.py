"""/approve: more than ten at once are a bulk send, and the manager's to say yes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from bot.desk.approve import approve
from bot.desk.to_approve import ToApprove
from bot.rules.practice import Practice


@dataclass
class Asks:
    """Somebody types /approve, and so many wait for them."""

    staff_ref: str
    count: int
    rest: str = "all"
    practice: Practice = field(default_factory=lambda: Practice(manager="HM"))

    def __post_init__(self) -> None:
        waits = (ToApprove(n, f"Child P{n}", "days missed", "words") for n in range(self.count))
        waiting = tuple(waits)
        self.books = SimpleNamespace(to_approve=lambda: waiting)
        self.staff = SimpleNamespace(ref=self.staff_ref)
        self.team = SimpleNamespace(workers={"HM": SimpleNamespace(first_name="Helen")})


@pytest.mark.parametrize(
    ("who", "count", "key"),
    [("DO", 10, "y:9:10"), ("DO", 11, ""), ("HM", 11, "y:10:11"), ("HM", 1, "y:0:1")],
)
def test_who_is_offered_all_at_once(who, count, key):
    answer = approve(Asks(who, count))
    assert [one for one, _label in answer.choices] == ([key] if key else [])
    assert ("need Helen's yes" in answer.says) == (not key)
    assert answer.changes == ()


@pytest.mark.parametrize(
    ("count", "rest", "says"),
    [(0, "all", "Nothing waits"), (2, "", "2. Child P1: days missed"), (2, "9", "Type /approve")],
)
def test_what_is_said_where_nothing_goes(count, rest, says):
    assert says in approve(Asks("DO", count, rest)).says
