"""The few words every part of the service shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message a channel handed to us, parsed and proven genuine."""

    channel: str  # "sms", "telegram" (families), "staff", "page" (staff, signed in), "web"
    external_id: str
    address: str = field(repr=False)
    words: str = field(default="", repr=False)
    key: str = ""  # the button pressed: a choice key, or "t:<task>:<action>" on a staff notice
    turn: int | None = None  # the turn whose button was pressed; None on a notice's button
    reply_to: str = ""  # the external id of the message this one answers, where the channel says
    media: tuple[str, ...] = ()  # kinds of files that came along ("image/jpeg"): never opened
    opt_out: str = ""  # what the carrier itself made of it: STOP, START, HELP
    amends: str = ""  # the external id of the message this one changes
    forwarded: bool = False  # somebody else's words, passed on: they prove and answer nothing
    language: str = ""  # what the sender's app is set to ("pl"), where the channel says
    notice: str = ""  # a button's key under the message this answers, where the channel shows it
    rang: bool = False  # they rang the number and said nothing: they want to be rung back
    said_at: datetime | None = None  # when it was said, where that is known
    provider: str = ""  # which SMS provider it came by ("twilio", "notify")
    about: str = ""  # whom a page of staff is about, by person id: who is answered there


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says became of a message it had taken."""

    ref: str  # our own id of the message; empty where the provider only knows its own
    external_id: str
    status: str  # "accepted", "queued", "sending", "sent", "delivered", "undelivered", "failed"
    code: str = ""  # the provider's own error code
    meaning: type[SendError] | None = None  # what a failure means for the message and its address
    provider: str = ""  # who says so


@dataclass(frozen=True, slots=True)
class Shown:
    """A prompt in a person's own language, as kept in the outbox."""

    text: str = field(repr=False)
    choices: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # (key, label)
    after: str = field(default="", repr=False)  # said below the choices
    qr: str = field(default="", repr=False)  # an address to show as a picture too, for printing


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message that is to leave now."""

    ref: str
    channel: str
    address: str = field(repr=False)
    shown: Shown
    turn: int | None = None  # None: a notice, whose buttons carry their task
    reply_to: str = ""
    not_after: datetime | None = None
    silent: bool = False  # deliver without a sound: the reader is off duty


@dataclass(frozen=True, slots=True)
class Sent:
    """A provider took the message; its own id, and the words exactly as they left."""

    external_id: str
    text: str = field(repr=False)
    provider: str = ""  # who took it, where there are several ("twilio", "notify")
    usual: str = ""  # whose turn it was, where there are several
    instead_of: SendError | None = None  # why the usual one did not


class Channel(Protocol):
    """One way out to people."""

    def laid_out(self, message: Outgoing) -> str:
        """Say how the words will look on this channel. Pure."""
        ...

    async def send(self, message: Outgoing) -> Sent:
        """Hand one message over, or raise `SendError`."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a provider lets messages leave."""

    per_second: int  # over all chats
    each_chat: timedelta  # between two messages to one address
    per_hour: int = 0  # to one address; 0: no limit
    same_per_hour: int = 0  # of the same words to one address; 0: no limit


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A provider's call as it arrived: nothing believed yet."""

    path: str
    query: str  # raw, without the question mark
    headers: Mapping[str, str]  # names in lower case
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """The answer a provider wants to hear when all is well."""

    body: str = ""
    media_type: str = "text/plain"
    status: int = 200


class Unreadable(Exception):
    """A genuine request that cannot be understood; a person has to look at it."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A message a provider keeps for us that cannot be understood; a person has to look at it."""

    external_id: str
    body: str = field(repr=False)
    reason: str


class SmsProvider(Channel, Protocol):
    """One SMS provider, both directions, in one file."""

    name: str
    pace: Pace
    longest: int  # characters it takes in one message
    receipts_at: str  # the last part of the path its receipts come to
    calls_at: str  # the last part of the path it reports calls to; empty: nobody can ring
    missed_every: timedelta  # how often it is asked for messages that were not brought
    asks_often: bool  # asked for messages every few seconds, although it could bring them
    confirms_stop: bool  # it confirms STOP and START itself, so that we need not

    async def look_up(self, message: Outgoing, since: datetime) -> tuple[Receipt, ...]:
        """List everything the provider took since then that may be this message, oldest first.

        Empty: it took none, as far as it shows yet. Raises `SendError`: it cannot be asked now.
        """
        ...

    async def state_of(self, external_id: str) -> Receipt:
        """Ask what became of one message it took, or raise `SendError`."""
        ...

    async def received_since(self, since: datetime) -> tuple[Inbound | Unread, ...]:
        """List what families sent since then, oldest first, or raise `SendError`."""
        ...

    async def forget(self, external_id: str) -> None:
        """Have the provider delete a message's words, where it can; raises `SendError`."""
        ...

    def genuine(self, request: WebhookRequest) -> bool:
        """Say whether the provider itself made this call. Never raises."""
        ...

    def message(self, request: WebhookRequest) -> Inbound:
        """Read an inbound message, or raise `Unreadable`."""
        ...

    def receipt(self, request: WebhookRequest) -> Receipt:
        """Read a delivery receipt, or raise `Unreadable`."""
        ...

    def answer(self) -> WebhookAnswer: ...


class SendError(Exception):
    """A channel did not take a message. The text names a code, never a number or words."""

    retry = False  # may the same message be tried again?
    uncertain = False  # may it have been taken all the same?

    def __init__(self, reason: str, code: str = "") -> None:
        super().__init__(reason)
        self.code = code


class Unreachable(SendError):
    """Definitely not taken, and worth another try; after so many seconds, if it said."""

    retry = True

    def __init__(self, reason: str, code: str = "", after: float | None = None) -> None:
        super().__init__(reason, code)
        self.after = after


class PartlyAsked(Unreachable):
    """One of several providers could not be asked what it took; what the others said stands."""

    def __init__(self, reason: str, found: Sequence[Receipt]) -> None:
        super().__init__(reason)
        self.found = tuple(found)


class Unexplained(Unreachable):
    """Not taken or not delivered, and nobody knows why: worth one more try, then a person."""


class Uncertain(SendError):
    """Nobody knows whether it was taken (time-out, lost answer): never sent again blindly."""

    uncertain = True


class Refused(SendError):
    """The channel will never take this message."""


class NotAllowed(Refused):
    """Not to this number, as the account is set up: its writer hears, and whoever runs it."""


class BadAddress(Refused):
    """The address itself is wrong or dead: a person has to check it."""


class Blocked(BadAddress):
    """This person has blocked the bot, or deleted their account: this chat cannot be used."""


class OptedOut(Refused):
    """The carrier blocks us: this person has asked not to be written to here."""


class Misconfigured(SendError):
    """Ours to fix (account, sender, credit). Costs the message no attempt."""

    retry = True


class NotReady(Exception):
    """Something has to be set right first; the text says what, and never quotes a secret."""
