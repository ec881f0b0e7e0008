"""What can come up for staff, and what may be done about it by a button."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

HAVE_IT = ("ack", "I have this")
NO_ANSWER = ("done", "No answer needed")
REFER = ("refer", "Make a referral")
DONE = ("done", "Done")
HOW_IT_ENDED = ("done", "Done: say how it ended")
COPY = ("copy", "Copy as text")
ACTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "message": (HAVE_IT, NO_ANSWER, REFER),
    "crisis": (HAVE_IT, HOW_IT_ENDED, COPY),
    "safeguarding": (HAVE_IT, HOW_IT_ENDED, COPY),
    "complaint": (HAVE_IT, HOW_IT_ENDED, COPY),
    "unclaimed": (HAVE_IT, NO_ANSWER, REFER),
    "stop_request": (("confirm", "Yes, stop the texts"), ("lift", "No, keep texting")),
    "prove_number": (("proven", "Spoke to them, number right"), DONE),
    "link_request": (("let_in", "It is them: connect"), ("keep_out", "Not them")),
    "staff_chat": (("cut_off", "Not them: cut off"), DONE),
    "incident": (HAVE_IT, ("right", "The address is right"), DONE),
    "typed": (("stop", "Stop"),),
    "welcome": (("welcome", "Send it"), ("reword", "Change words"), ("later", "Not now")),
    "approval": (("approve", "Send it"), ("reword", "Change words"), ("unsent", "Do not send")),
    "school_asked": (("approve", "Send"), ("unsent", "Do not send")),
    "pass_on": (("passed_on", "Passed on"), ("unsent", "Not passing it on")),
    "place_free": (("offer", "Offer it"), DONE),
    "held": (("now", "Send now"), ("stop", "Do not send")),
    "lone_working": (HAVE_IT,),
    "sos": (HAVE_IT, DONE),
}
ASKS = frozenset(kind for kind, offered in ACTIONS.items() if REFER in offered)  # for a child
LONGEST_NUMBER = 9  # digits that every engine takes for a number
OWN_WORK = frozenset({"typed", "held"})  # says only where a worker's own words stand
# Nobody says yes to words they have not been shown.
READ_FIRST = frozenset({"welcome", "approval", "school_asked"})
TASK = "t"  # a button that does something about a task: "t:<task>:<action>"
SHOW = "s"  # the button under a discreet notice: "s:<message>"
OPEN = "c"  # a button that opens a case: "c:<reference>"
COPIED = "k"  # a button that notes what was copied elsewhere: "k:<from>:<last contact>"
DECISION = "d"  # a button that says a decision is done: "d:<decision>"
OUTING = "o"  # a button about somebody who is out on a visit: "o:<outing>:<action>"
VISIT = "v"  # a button that asks how a visit went: "v:<visit>"
PROMISE = "p"  # a button that ends a promise: "p:<promise>:<outcome>"


@dataclass(frozen=True, slots=True)
class Matter:
    """Something staff must read or do about somebody."""

    kind: str
    words: str = field(repr=False)
    level: str | None = None
    contact_id: int | None = None
    outbox_id: int | None = None
    respond_by: datetime | None = None
    discreet_words: str = ""  # what stands in a notice when words must not
    choices: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # beside its own buttons
    loud: bool = False  # sounds whoever is on shift; L1 reaches the phone by text as well


def buttons(kind: str, task_id: int | None, *, refers: bool) -> tuple[tuple[str, str], ...]:
    """Make the buttons of a notice: they carry its task and work however old it is.

    `refers`: its reader may refer a child.
    """
    if task_id is None:
        return ()
    offered = (one for one in ACTIONS.get(kind, (DONE,)) if refers or one != REFER)
    return tuple((f"{TASK}:{task_id}:{action}", label) for action, label in offered)


def number_in(key: str, mark: str) -> int | None:
    """Read the number out of a key as `t:<task>:<action>`. None: another kind of button."""
    own, _colon, rest = key.partition(":")
    number = rest.partition(":")[0]
    fits = own == mark and number.isascii() and number.isdecimal()
    return int(number) if fits and len(number) <= LONGEST_NUMBER else None


def open_case(ref: str, label: str) -> tuple[str, str]:
    """Make a button that opens a case."""
    return f"{OPEN}:{ref}", label


def promise_buttons(number: int) -> tuple[tuple[str, str], ...]:
    """Make the buttons under a promise that was just made."""
    ends = (("kept", "Kept"), ("dropped", "Not any more"), ("undone", "Undo"))
    return tuple((f"{PROMISE}:{number}:{outcome}", label) for outcome, label in ends)
