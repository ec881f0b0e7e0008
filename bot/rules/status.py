"""How a case stands: the words for it, what has to be said with it, and what follows. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.rules.gate import OPEN_STATUSES

LONGEST_REASON = 500
COMPLETED = "completed"
NEEDS_REASON = frozenset({"refused", "stopped_early"})
STATUSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {  # how staff say it; the first is how it is shown
        "referred": ("referred",),
        "waiting": ("waiting", "waiting list", "on the waiting list"),
        "offered": ("offered", "offered support"),
        "engaged": ("engaged", "working with us", "started", "open", "reopen", "reopened"),
        "reintegrating": (
            *("reintegrating", "reintegration", "back in school", "back at school"),
            *("returned", "returned to school", "going back"),
        ),
        "refused": ("refused", "declined", "said no", "refused support", "declined support"),
        "stopped_early": ("stopped early", "stopped_early", "left early", "withdrew", "stopped"),
        COMPLETED: ("completed", "finished", "complete"),
    }
)
DESTINATIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "mainstream, same school": ("mainstream same school", "mainstream same", "same school"),
        "mainstream, new school": ("mainstream new school", "mainstream new", "new school"),
        "special school": ("special school", "special"),
        "other AP": ("other ap", "another ap"),
        "EOTAS": ("eotas",),
        "post-16": ("post-16", "post 16", "college"),
        "other": ("other",),
    }
)
HOW = (
    "Type /status, a case, how it stands and why: /status P01 stopped early moved away. It may be "
    "referred, waiting, offered, engaged, reintegrating, refused, stopped early or completed."
)
WHERE = (
    "Completed: say where the child goes now, mainstream same school, mainstream new school, "
    "special school, other AP, EOTAS, post-16 or other: /status P01 completed special school."
)
WHY = "Please say why as well: it is counted, and read by whoever asks what became of this child."
TOO_LONG = f"Please say why in {LONGEST_REASON} characters."


@dataclass(frozen=True, slots=True)
class ChangeStatus:
    """A case stands differently from now on."""

    case: str
    status: str
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said of how a case stands."""

    status: str
    reason: str = field(default="", repr=False)


def read(words: str) -> Said | None:
    """Read "stopped early moved away" into a status and the reason behind it. None: it is none."""
    status, reason = _leading(STATUSES, words)
    if not status:
        return None
    return Said(status, with_destination(reason) if status == COMPLETED else reason)


def with_destination(reason: str) -> str:
    """Write the destination a reason begins with in its fixed words: "special school: in May"."""
    where, more = _leading(DESTINATIONS, reason)
    return ": ".join(part for part in (where, more) if part)


def destination_in(reason: str) -> str:
    """Read the destination back from the reason of a completed case; empty: none is named."""
    return next((one for one in DESTINATIONS if reason == one or reason.startswith(f"{one}: ")), "")


def fault_in(said: Said) -> str:
    """Say what is missing, in words for staff; empty: nothing is."""
    if len(said.reason) > LONGEST_REASON:
        return TOO_LONG
    if said.status == COMPLETED and not destination_in(said.reason):
        return WHERE
    return WHY if said.status in NEEDS_REASON and not said.reason else ""


def shown(status: str) -> str:
    """Write a status as staff read it."""
    return status.replace("_", " ")


def closes(before: str, after: str) -> bool:
    """Say whether a case closes by this."""
    return before in OPEN_STATUSES and after not in OPEN_STATUSES


def reopens(before: str, after: str) -> bool:
    """Say whether a case opens again by this."""
    return before not in OPEN_STATUSES and after in OPEN_STATUSES


@dataclass(frozen=True, slots=True)
class Left:
    """What is still open about a case."""

    tasks: int = 0
    promises: int = 0
    names: tuple[str, ...] = ()  # whose it is, by first name


def follows(child: str, before: str, after: str, left: Left, often: str) -> str:
    """Say what follows when a case comes to stand so: "Kai's case closes: no more ..."."""
    if closes(before, after):
        gone = "no more automatic texts, and waiting ones are dropped"
        return f"{child}'s case closes: {gone}.{_left(left)}"
    if reopens(before, after):
        return f"{child}'s case is open again: {often}."
    if after not in OPEN_STATUSES:
        return f"{child}'s case stays closed."
    return f"{child}'s case stays open: {often}."


def _left(left: Left) -> str:
    counted = ((left.tasks, "task"), (left.promises, "promise"))
    parts = [f"{many} {what}{'' if many == 1 else 's'}" for many, what in counted if many]
    if not parts:
        return ""
    stay = "stays" if left.tasks + left.promises == 1 else "stay"
    whose = f" with {_and(left.names)}" if left.names else ""
    return f" {_and(parts)} {stay} open{whose}."


def _and(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def _leading(known: Mapping[str, Collection[str]], words: str) -> tuple[str, str]:
    """Part the longest words that are known from what stands behind them."""
    typed = words.split()
    for count in range(min(4, len(typed)), 0, -1):
        first = " ".join(typed[:count]).casefold().rstrip(":,.")
        for key, said in known.items():
            if first.replace(",", "") in said:
                behind = words.split(maxsplit=count)
                return key, behind[count].strip() if len(behind) > count else ""
    return "", words.strip()
