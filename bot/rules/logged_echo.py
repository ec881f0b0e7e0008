"""What was understood of a note, said back in plain short lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.rules.logged import IN_ONE_PLACE, Logged

MODES = {
    "telephone": "Telephone",
    "voicemail": "Voicemail",
    "video": "Video call",
    "face_to_face": "Face to face",
    "meeting": "Meeting",
    "email": "Email",
    "letter": "Letter",
    "other_message": "Message from elsewhere",
}
PLACES = {
    "learning_centre": "at the centre",
    "home": "at home",
    "community_cafe": "in a café",
    "community_car_lift": "in the car",
    "community_other": "out and about",
    "mainstream_school": "at school",
    "other_agency": "at another service",
}
RESULTS = {
    "reached": "reached",
    "no_answer": "no answer",
    "left_message": "message left",
    "refused_contact": "contact refused",
    "wrong_person": "wrong person",
}
OUTCOMES = {
    "partly": "Cut short",
    "was_not_brought": "Was not brought",
    "declined": "Declined",
    "cancelled_by_family": "Cancelled by the family",
    "cancelled_by_us": "Cancelled by us",
    "rearranged": "Rearranged",
}


def lines(logged: Logged, today: date, colleagues: dict[str, str]) -> Iterator[str]:
    """Say what will be stored, one short line for each thing."""
    yield f"{', '.join(_how(logged, today, colleagues))}."
    if logged.outcome in OUTCOMES:
        yield f"{OUTCOMES[logged.outcome]}."
    if logged.next_action:
        yield f"Agreed or next: {logged.next_action}."
    yield from _child(logged)
    about = [each for each in (logged.activity, *logged.topics) if each]
    if about:
        yield f"Work: {', '.join(_plain(each) for each in dict.fromkeys(about))}."
    if logged.travel_minutes:
        yield f"Travel: {_minutes(logged.travel_minutes)}."


def _how(logged: Logged, today: date, colleagues: dict[str, str]) -> Iterator[str]:
    mode = MODES.get(logged.mode, "Contact")
    yield f"{mode} from them" if logged.direction == "inbound" else mode
    if logged.place in PLACES:
        yield PLACES[logged.place]
    if logged.on != today:
        yield f"{logged.on:%a} {logged.on.day} {logged.on:%b}"
    if logged.at is not None:
        yield f"{logged.at:%H:%M}"
    if logged.minutes:
        yield _minutes(logged.minutes)
    yield from (_plain(each) for each in logged.relations)
    yield from (f"with {colleagues.get(ref, ref)}" for ref in logged.staff)
    if logged.result:
        yield RESULTS[logged.result]


def _child(logged: Logged) -> Iterator[str]:
    """Say what is known of the child: silence about it is said too, where somebody met."""
    child = logged.child
    if child.differs:
        yield "Seen differs between the children: type one note for each."
    elif child.seen == "yes":
        yield "Child seen alone." if child.alone == "yes" else "Child seen."
    elif child.seen == "no":
        yield "Child not seen."
    elif logged.mode in IN_ONE_PLACE and (logged.relations or logged.place != "none"):
        yield "It does not say whether the child was seen."


def _plain(name: str) -> str:
    return {"send": "SEND", "cin_cp": "CIN or CP", "ap_panel": "AP panel"}.get(
        name, name.replace("_", " ")
    )


def _minutes(count: int) -> str:
    return f"{count} minute{'' if count == 1 else 's'}"
