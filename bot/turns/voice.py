"""One message being heard: who said it, what the front desk made of it, what will be answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from bot.domain import Inbound
from bot.flows.base import Answers, Prompt
from bot.i18n import plain
from bot.rules.frontdesk import Reading
from bot.scene.family import Family
from bot.scene.letters import Kind, in_words, introduced_once, prompt_worded, say, spoken_values
from bot.scene.scene import Scene
from bot.scene.sentences import EMERGENCY, EMERGENCY_DISCREET, NEXT_READ, READ_TODAY
from bot.turns.lateness import heard_at, late, late_note
from storage import contacts
from storage.addresses import mark_line

RANG = "(rang this number)"
MODES = {
    "sms": "sms",
    "telegram": "telegram",
    **dict.fromkeys(("web", "staff", "page"), "other_message"),
}
SAFETY_USEFUL_FOR = timedelta(hours=1)
REPLY_USEFUL_FOR = timedelta(hours=12)
LATE_USEFUL_FOR = timedelta(days=3)  # a late answer waits for the hours in which it may go
GRAVE = frozenset({"L1", "L2"})


@dataclass(frozen=True, slots=True)
class Voice:
    """One inbound message of a family or a stranger, logged and read."""

    scene: Scene = field(repr=False)
    inbound: Inbound
    family: Family
    reading: Reading
    contact_id: int
    hidden_from: frozenset[str] = frozenset()
    overtaken: bool = False  # the question that is open was asked after this was said

    @property
    def grave(self) -> bool:
        return self.reading.level in GRAVE

    @property
    def late(self) -> bool:
        return late(self.scene, self.inbound)

    @property
    def heard_at(self) -> datetime:
        return heard_at(self.scene, self.inbound)

    @property
    def late_note(self) -> str:
        return late_note(self.scene, self.inbound)

    def facts_line(self, said: str) -> str:
        """Write what a notice starts with: who, about which child, what they said, if late when."""
        return f"{self.family.named()}: {said}{self.late_note}"


def shown_words(inbound: Inbound) -> str:
    """Say what came, in the words staff see and the log keeps."""
    if inbound.rang:
        return RANG
    said = inbound.words or inbound.key
    if inbound.forwarded:
        said = f"(passed on from somebody else) {said}".strip()
    if not inbound.media:
        return said
    file = f"({_media(inbound.media)}, not opened)"
    return f"{said}\n{file}" if said.strip() else file


def _media(kinds: tuple[str, ...]) -> str:
    first = kinds[0].partition("/")[0]
    names = {
        "image": "sent a picture",
        "video": "sent a video",
        "audio": "sent a recording",
        "sticker": "sent a sticker",
        "contact": "sent a contact card",
        "location": "sent a place on the map",
        "poll": "sent a poll",
        "something": "sent something this service does not know",
    }
    return names.get(first, "sent a file")


def amended(scene: Scene, inbound: Inbound) -> Row[Any] | None:
    """Find what a changed message said before. None: it had not reached us."""
    return contacts.by_source(scene.connection, source_of(inbound.channel, inbound.amends))


def source_of(channel: str, external_id: str) -> str:
    """Name a message in the log by where it came from."""
    return f"{channel}:{external_id}"[:120]


def log_heard(
    scene: Scene,
    inbound: Inbound,
    family: Family,
    reading: Reading,
    answering: str | None,
    amends: int | None = None,
) -> int:
    """Write an inbound message down on the family's cases."""
    return contacts.log(
        scene.connection,
        contacts.Entry(
            at=heard_at(scene, inbound),
            recorded_at=scene.now,
            direction="inbound",
            mode="telephone" if inbound.rang else MODES.get(inbound.channel, "other_message"),
            done_by=family.person.ref if family.person else "stranger",
            purpose="safeguarding" if reading.level in GRAVE else _purpose(answering),
            words=shown_words(inbound),
            salt=scene.taskforce.salt(),
            person_id=family.person.id if family.person else None,
            address_id=family.line.id,
            language=family.language,
            attempt_result="no_answer" if inbound.rang else None,
            sensitivity="safeguarding" if reading.level in GRAVE else "team",
            out_of_hours=not family.staffed(),
            answering=answering,
            source=source_of(inbound.channel, inbound.external_id),
            amends=amends,
        ),
        family.case_ids,
    )


def _purpose(answering: str | None) -> str:
    """Say what a message is about; which step of a plan it is about stands beside it."""
    return (answering or "support").partition(":")[0]


def may_answer_by_itself(voice: Voice) -> bool:
    """Say whether an automatic safety answer is allowed: one in twelve hours, never to machines."""
    last = voice.family.line.auto_replied_at
    if voice.family.muted:
        return False
    return last is None or voice.scene.now - last >= voice.scene.practice.auto_reply_every


def answer_safely(voice: Voice) -> bool:
    """Say when this phone is read and whom to call in an emergency. False: not again so soon.

    Late words are answered so only if they are grave: whom to call matters at any hour, when this
    phone is read does not.
    """
    if not may_answer_by_itself(voice) or (voice.late and not voice.grave):
        return False
    family, scene = voice.family, voice.scene
    first = EMERGENCY_DISCREET if family.discreet and family.person else EMERGENCY
    when = READ_TODAY if family.staffed() else NEXT_READ
    language = scene.language_for(family.language, first, when)
    values = {"next_read": family.next_read(), "read_until": family.read_until()}
    said = [in_words(Prompt(text), language, values).text for text in (first, when)]
    purpose = "crisis_ack" if voice.grave else "out_of_hours"
    kind = Kind("safety", purpose, not_after=scene.now + SAFETY_USEFUL_FOR)
    say(scene, family, Prompt(plain(" ".join(said))), {}, kind, name="answer", language=language)
    mark_line(scene.connection, family.line.id, auto_replied_at=scene.now)
    return True


def answer(
    voice: Voice,
    prompt: Prompt,
    *,
    kind: str = "reply",
    purpose: str = "reply",
    answers: Answers | None = None,
    turn: int | None = None,
    recipe: dict[str, Any] | None = None,
) -> None:
    """Answer what was just said, in one message; what was said long ago, in sending hours."""
    family, scene = voice.family, voice.scene
    if family.muted:
        return
    prompt = introduced_once(scene, family, prompt)
    ok = family.language in scene.practice.languages and prompt_worded(prompt, family.language)
    values: dict[str, Any] = spoken_values(family, answers or {})
    useful = SAFETY_USEFUL_FOR if kind == "safety" else REPLY_USEFUL_FOR
    if voice.late:
        kind, useful = "reply", LATE_USEFUL_FOR
    say(
        scene,
        family,
        prompt,
        values,
        Kind(kind, purpose, not_after=scene.now + useful, heard_at=voice.heard_at),
        name="answer",
        language=family.language if ok else "en",
        turn=turn,
        recipe=recipe,
    )
