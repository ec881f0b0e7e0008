"""GOV.UK Notify, both directions: sending texts, and reading its callbacks and what it keeps.

Sources: Notify's REST API documentation, its limits, and its callbacks.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.channels import notify_json
from bot.channels.layout import numbered
from bot.channels.notify_http import UUID, NotifyHttp, failure, read_key, refusal, sign_in
from bot.domain import (
    Inbound,
    Outgoing,
    Pace,
    Receipt,
    Refused,
    SendError,
    Sent,
    Uncertain,
    Unreachable,
    Unread,
    Unreadable,
    WebhookAnswer,
    WebhookRequest,
)
from bot.rules.heard import clean

LONGEST = 918  # characters
SKEW = timedelta(seconds=30)  # Notify turns away whose clock is further off

# 3,000 calls a minute. Phone networks take 20 texts with the same words an hour for one number,
# and 100 in all: we stay well below both.
PACE = Pace(per_second=49, each_chat=timedelta(0), per_hour=60, same_per_hour=15)

_TOKEN = re.compile(r"[!-~]{10,}", re.ASCII)
_YES = frozenset({200, 201})


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """One service at Notify. Raises ValueError where nothing could leave, or replies be forged."""

    api_key: str = field(repr=False)
    template_id: str  # a text message template that holds ((message)) and nothing else
    callback_token: str = field(repr=False)  # or several with commas, while one is being changed
    api_base: str = ""

    def __post_init__(self) -> None:
        read_key(self.api_key)
        if not UUID.fullmatch(self.template_id):
            raise ValueError("NOTIFY_TEMPLATE_ID has to be the id of a template, copied whole")
        if not all(_TOKEN.fullmatch(token) for token in self.tokens):
            raise ValueError(
                "NOTIFY_CALLBACK_TOKEN needs 10 or more letters, digits or signs and no blank: "
                "anybody could guess a shorter one"
            )

    @property
    def tokens(self) -> tuple[str, ...]:
        return tuple(token.strip() for token in self.callback_token.split(","))


class Notify:
    """Texts through GOV.UK Notify."""

    name = "notify"
    pace = PACE
    longest = LONGEST
    receipts_at, calls_at = "receipt", ""  # nobody can ring a number of Notify's
    missed_every = timedelta(minutes=15)
    asks_often = False
    confirms_stop = False

    def __init__(
        self,
        settings: NotifySettings,
        clock: Callable[[], datetime],
        total: float = 30,
        connect: float = 5,
    ) -> None:
        self._settings, self._clock = settings, clock
        self._key = read_key(settings.api_key)
        self._bearers = [f"Bearer {token}".encode() for token in settings.tokens]
        self._http = NotifyHttp(settings.api_base, total=total, connect=connect)

    def laid_out(self, message: Outgoing) -> str:
        """Say how the words will look as a text message."""
        return numbered(message.shown)

    async def send(self, message: Outgoing) -> Sent:
        """Hand one text over, once, or raise `SendError`."""
        answer = await self._hand_over(message, self.laid_out(message))
        if isinstance(answer, SendError):
            raise answer  # out here, where it cannot drag an error with words in it along
        return answer

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def look_up(self, message: Outgoing, since: datetime) -> tuple[Receipt, ...]:
        """List what Notify took under our own name for this message, oldest first.

        It answers for seven days. Raises `SendError`.
        """
        said = await self._ask("/v2/notifications", {"reference": message.ref})
        found = [one for one in _listed(said, "notifications") if not _before(one, since)]
        ours = [one for one in found if _to(one) in {"", message.address}]
        return tuple(_standing(one) for one in reversed(ours))

    async def state_of(self, external_id: str) -> Receipt:
        """Ask what became of one message of the last seven days, or raise `SendError`."""
        if not UUID.fullmatch(external_id):
            raise Refused("notify: no message has such a name")
        return _standing(await self._ask(f"/v2/notifications/{external_id}", {}))

    async def received_since(self, since: datetime) -> tuple[Inbound | Unread, ...]:
        """List what families sent since then, oldest first; seven days back at most.

        Notify lists the newest first, 250 a page. Raises `SendError`.
        """
        found: list[Any] = []
        seen: set[str] = set()
        query: dict[str, str] = {}
        while True:
            said = await self._ask("/v2/received-text-messages", query)
            page = _listed(said, "received_text_messages")
            fresh = [one for one in page if notify_json.text_of(one, "id") not in seen]
            found += [one for one in fresh if not _before(one, since)]
            ids = [name for one in fresh if (name := notify_json.text_of(one, "id"))]
            if not ids or _before(fresh[-1], since):
                return tuple(notify_json.kept_inbound(one) for one in reversed(found))
            seen.update(ids)
            query = {"older_than": ids[-1]}

    async def forget(self, external_id: str) -> None:
        """Do nothing: Notify cannot be asked to delete a message.

        It keeps words and numbers for as long as its own settings say: 7 days unless changed.
        """

    def genuine(self, request: WebhookRequest) -> bool:
        """Say whether this call bears the token Notify was given. Never raises."""
        given = request.headers.get("authorization", "").encode("utf-8", "surrogatepass")
        return any([hmac.compare_digest(one, given) for one in self._bearers])  # noqa: C419 - all

    def message(self, request: WebhookRequest) -> Inbound:
        """Read a family's text, or raise `Unreadable`."""
        fields = notify_json.read_object(request.body)
        return notify_json.inbound(fields, "source_number", "message")

    def receipt(self, request: WebhookRequest) -> Receipt:
        """Read what became of a text, or raise `Unreadable`."""
        return notify_json.receipt(notify_json.read_object(request.body))

    def answer(self) -> WebhookAnswer:
        """Say nothing back: Notify looks at the status alone."""
        return WebhookAnswer()

    async def _hand_over(self, message: Outgoing, text: str) -> Sent | SendError:
        """Post the message; what Notify took, or what went wrong."""
        now = self._clock()
        if message.not_after is not None and message.not_after <= now:
            return Refused("notify: its time has passed")
        if len(text) > LONGEST:
            return Refused(f"notify: longer than {LONGEST} characters", "too-long")
        try:
            token, form = sign_in(self._key, now), self._form(message, text)
            answer = await self._http.post("/v2/notifications/sms", token, form)
        except Exception as error:  # noqa: BLE001 - whatever broke, the text may be on its way
            return failure(error)
        if answer.status not in _YES:
            return refusal(answer, self._clock())
        external_id = notify_json.text_of(answer.said, "id")
        if not UUID.fullmatch(external_id):
            return Uncertain("notify: an answer without an id")
        return Sent(external_id, _left(answer.said, text), self.name)

    def _form(self, message: Outgoing, text: str) -> Mapping[str, object]:
        return {
            "phone_number": message.address,
            "template_id": self._settings.template_id,
            "personalisation": {"message": text},
            "reference": message.ref,
        }

    async def _ask(self, path: str, query: Mapping[str, str]) -> Any:
        """Ask Notify something, or raise `SendError`; nothing is at stake, so none is uncertain."""
        answer = await self._asked(path, query)
        if isinstance(answer, SendError):
            raise Unreachable(str(answer), answer.code) if answer.uncertain else answer
        return answer

    async def _asked(self, path: str, query: Mapping[str, str]) -> Any:
        now = self._clock()
        try:
            answer = await self._http.get(path, sign_in(self._key, now), query)
        except Exception as error:  # noqa: BLE001 - whatever broke, it cannot be asked now
            return failure(error)
        return answer.said if answer.status in _YES else refusal(answer, now)


def _listed(said: Any, name: str) -> list[Any]:
    """Take the list out of an answer. A list that is missing is not an empty one."""
    found = said.get(name) if isinstance(said, dict) else None
    if not isinstance(found, list):
        raise Unreachable("notify: an answer nobody can read")
    return found


def _standing(one: Any) -> Receipt:
    try:
        return notify_json.standing(one)
    except Unreadable:
        raise Unreachable("notify: an answer nobody can read") from None


def _before(one: Any, since: datetime) -> bool:
    """Say whether this is surely from before: by Notify's clock, which may differ from ours."""
    taken_at = notify_json.taken_at(one)
    return taken_at is not None and taken_at < since - SKEW


def _to(one: Any) -> str:
    return notify_json.e164(notify_json.text_of(one, "phone_number"))


def _left(said: Any, text: str) -> str:
    """Find the words as they left: a template may add some, and Notify changes some signs."""
    content = said.get("content") if isinstance(said, dict) else None
    return clean(notify_json.text_of(content, "body")) or text
