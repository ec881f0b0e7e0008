"""What waits for a yes, as a command may show it."""

from __future__ import annotations

from dataclasses import dataclass, field

APPROVED = "y"  # a button that says yes to all that was shown: "y:<last number>:<how many>"
BULK = 10  # at once; more than these are a bulk send, to which the manager says yes


@dataclass(frozen=True, slots=True)
class ToApprove:
    """One message that waits for a yes."""

    number: int
    about: str = field(repr=False)  # "Kai P01", or "KT P01" where no names may stand
    what: str  # "days missed", "a reason for Cawder High"
    words: str = field(repr=False)  # as its task shows them
    buttons: tuple[tuple[str, str], ...] = ()
    alone: bool = False  # nothing of ours goes: a person passes it on


def button_for_all(waiting: list[ToApprove]) -> tuple[str, str]:
    """Make the button that says yes to exactly these."""
    last = max(one.number for one in waiting)
    return f"{APPROVED}:{last}:{len(waiting)}", f"Yes, send all {len(waiting)}"
