"""A worker's two lines about a call, a visit or a meeting: what they say, and nothing guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time

from bot.rules.calendar import moment_at, wall
from bot.rules.logged_child import Child, child_in
from bot.rules.logged_people import Names, Present, present_in
from bot.rules.logged_times import Times, times_in
from bot.rules.logged_words import (
    ACTIVITIES,
    CANCELLED,
    FACE_TO_FACE_AT,
    INBOUND,
    MODES,
    OUTCOMES,
    PLACES,
    PURPOSES,
    RESULTS,
    TALKED,
    TOPICS,
    first_of,
    folded,
    next_action,
)

NOON = time(12)
IN_ONE_PLACE = frozenset({"face_to_face", "meeting"})
SPOKEN = frozenset({"telephone", "video"})
UNANSWERED = frozenset({"no_answer", "left_message", "wrong_person"})
FAMILY_ONLY = frozenset({"pupil"})
AGENCIES = frozenset(
    {"school", "social_worker", "camhs", "youth_justice", "police", "health", "early_help"}
)


@dataclass(frozen=True, slots=True)
class Logged:
    """What a note says of one contact. Empty and "na" mean: it does not tell."""

    on: date
    at: time | None = None
    mode: str = ""  # telephone, voicemail, video, face_to_face, meeting, email, letter, ...
    place: str = "none"
    direction: str = "outbound"
    result: str = ""  # reached, no_answer, left_message, refused_contact, wrong_person
    minutes: int | None = None
    travel_minutes: int | None = None
    staff: tuple[str, ...] = ()  # colleagues who were there too, by staff id
    relations: tuple[str, ...] = ()  # who else: "mother", "pupil", "school"; never a name
    child: Child = field(default_factory=Child)
    activity: str = ""
    topics: tuple[str, ...] = ()
    outcome: str = "done"
    next_action: str = field(default="", repr=False)

    @property
    def purpose(self) -> str:
        """Say in one word what it was for, as the contact log does."""
        by_activity = PURPOSES.get(self.activity)
        by_topic = "attendance" if "attendance" in self.topics else "support"
        return by_activity or by_topic

    def moment(self, typed: datetime) -> datetime:
        """Work out when it was: as said, else when it was typed, else the middle of that day."""
        if self.at is not None:
            return moment_at(self.on, self.at)
        return typed if self.on == wall(typed).date() else moment_at(self.on, NOON)


def read_note(words: str, names: Names, typed: datetime) -> Logged:
    """Read a note as it was typed at a moment."""
    action, rest = next_action(words)
    said = folded(rest)
    mode = mode_of(said)
    times = times_in(said, typed)
    outcome = _outcome(said, mode)
    present = present_in(said, names, mode)
    child = child_in(said, names, mode, outcome)
    people = Present(present.staff, _with_pupil(present.relations, child, mode))
    result = _result(said, mode, outcome, times, agreed=bool(action))
    place = first_of(PLACES, said) if mode in IN_ONE_PLACE else "none"
    topics = tuple(topic for topic, sign in TOPICS.items() if sign.search(folded(words)))
    return Logged(
        on=times.on,
        at=times.at,
        mode=mode,
        place=place or "none",
        direction="inbound" if present.rang_us or INBOUND.search(said) else "outbound",
        result="reached" if present.rang_us else result,
        minutes=times.minutes,
        travel_minutes=times.travel,
        staff=people.staff,
        relations=people.relations,
        child=child,
        activity=_activity(said, mode, place, people.relations, topics, outcome),
        topics=topics,
        outcome=_ended(result, outcome),
        next_action=action,
    )


def mode_of(said: str) -> str:
    """Find how they were in contact: what is named first counts. Empty: it does not say."""
    found = [(hit.start(), mode) for mode, sign in MODES if (hit := sign.search(said))]
    if not found:
        return "face_to_face" if FACE_TO_FACE_AT.search(said) else ""
    first = min(found, key=lambda one: one[0])[1]
    modes = {mode for _at, mode in found}
    if "video" in modes and first in {"meeting", "telephone"}:
        return "video"
    left = "voicemail" in modes and first == "telephone"
    return "voicemail" if left and not TALKED.search(said) else first


def _outcome(said: str, mode: str) -> str:
    """Read how a visit or a meeting went; a call about a cancelled visit took place itself."""
    found = first_of(OUTCOMES, said)
    return "" if found in CANCELLED and mode not in {*IN_ONE_PLACE, "video"} else found


def _result(said: str, mode: str, outcome: str, times: Times, *, agreed: bool) -> str:
    if outcome in CANCELLED:
        return ""
    found = first_of(RESULTS, said)
    if found and not (found in UNANSWERED and _answered_later(said, times)):
        return found
    if mode in IN_ONE_PLACE or mode == "video":
        return "reached"
    spoke = agreed or times.minutes is not None or TALKED.search(said)
    return "reached" if mode in SPOKEN and spoke else ""


def _answered_later(said: str, times: Times) -> bool:
    """Say whether somebody was spoken to after all: "no answer, so rang nan 5 min"."""
    signs = r"spoke|spke|spoken|got hold" + ("|rang|called|phoned" if times.minutes else "")
    unanswered = [hit.end() for name, sign in RESULTS if name == "no_answer"
                  for hit in sign.finditer(said)]  # fmt: skip
    talked = [hit.start() for hit in re.finditer(rf"\b(?:{signs})\b", said)]
    return bool(unanswered and talked) and max(talked) > max(unanswered)


def _ended(result: str, outcome: str) -> str:
    if result == "refused_contact":
        return "declined"
    return outcome or ("not_done" if result in UNANSWERED else "done")


def _with_pupil(relations: tuple[str, ...], child: Child, mode: str) -> tuple[str, ...]:
    """Count the pupil as there only if they were seen, or spoken to from afar."""
    if mode in IN_ONE_PLACE and not child.met:
        return tuple(each for each in relations if each != "pupil")
    met = child.met and "pupil" not in relations
    return ("pupil", *relations) if met else relations


def _activity(
    said: str,
    mode: str,
    place: str,
    relations: tuple[str, ...],
    topics: tuple[str, ...],
    outcome: str,
) -> str:
    """Name the kind of work: as it is called, else by where it was and with whom."""
    named = first_of(ACTIVITIES, said)
    if named:
        return named
    if place == "home":
        return "home_visit"
    who = frozenset(relations)
    if who == FAMILY_ONLY and place.startswith("community") and not outcome:
        return "home_community_support"
    if who and who <= AGENCIES:
        return "school_liaison" if "school" in who else "agency_liaison"
    return _about(mode, who, topics)


def _about(mode: str, who: frozenset[str], topics: tuple[str, ...]) -> str:
    family = bool(who) and not who & AGENCIES and mode in SPOKEN
    if family and "transport" in topics:
        return "family_transport"
    return "family_routines" if family and {"routines", "boundaries"} & set(topics) else ""
