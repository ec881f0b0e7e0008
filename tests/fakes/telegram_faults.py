"""What can go wrong at Telegram, and how each of it looks on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from aiohttp import web

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """One refusal or breakdown; only the last two kinds take the request first."""

    status: int = 500
    description: str = "Internal Server Error"
    retry_after: int | None = None
    kind: Literal["error", "html", "hang", "dropped", "taken_then_dropped", "truncated"] = "error"

    @property
    def takes(self) -> bool:
        return self.kind in {"taken_then_dropped", "truncated"}


FLOOD = Fault(429, "Too Many Requests: retry after 7", retry_after=7)
BLOCKED = Fault(403, "Forbidden: bot was blocked by the user")
DEACTIVATED = Fault(403, "Forbidden: user is deactivated")
NOT_A_MEMBER = Fault(403, "Forbidden: bot is not a member of the supergroup chat")
NEVER_STARTED = Fault(403, "Forbidden: bot can't initiate conversation with a user")
CHAT_NOT_FOUND = Fault(400, "Bad Request: chat not found")
UNAUTHORIZED = Fault(401, "Unauthorized")
UNKNOWN_METHOD = Fault(404, "Not Found")
BROKEN = Fault(500, "Internal Server Error")
RESTARTING = Fault(500, "Internal Server Error: restart")
HTML_502 = Fault(502, "Bad Gateway", kind="html")
HANG = Fault(kind="hang")
DROPPED = Fault(kind="dropped")
TAKEN_THEN_DROPPED = Fault(kind="taken_then_dropped")
TRUNCATED = Fault(kind="truncated")

WEBHOOK_IS_SET = Fault(
    409,
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete "
    "the webhook first",
)
ANOTHER_POLLS = Fault(
    409,
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is "
    "running",
)
NOTHING_TO_EDIT = Fault(400, "Bad Request: message to edit not found")
NO_TEXT_TO_EDIT = Fault(400, "Bad Request: there is no text in the message to edit")
NOT_THE_BOT_S = Fault(400, "Bad Request: message can't be edited")
NOT_MODIFIED = Fault(
    400,
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message",
)
NOTHING_TO_DELETE = Fault(400, "Bad Request: message to delete not found")
NO_SUCH_PRESS = Fault(
    400,
    "Bad Request: query is too old and response timeout expired or query ID is invalid",
)
NOTHING_TO_REPLY_TO = Fault(400, "Bad Request: message to be replied not found")
NOT_A_GROUP = Fault(400, "Bad Request: chat member status can't be changed in private chats")


@dataclass(slots=True)
class Trouble:
    """A fault, and the requests it befalls."""

    fault: Fault
    wanted: tuple[str | None, int | None, str | None]  # bot, chat, method; None: any
    left: int | None = None  # None: until it is put right

    def befalls(self, *there: Any) -> bool:
        """Say whether a request fails; if so, that was one time."""
        other = any(w is not None and w != t for w, t in zip(self.wanted, there, strict=True))
        if other or self.left == 0:
            return False
        self.left = None if self.left is None else self.left - 1
        return True


def flood(seconds: int) -> Fault:
    """Too many messages: come back in so many seconds."""
    return Fault(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def refused(fault: Fault) -> web.Response:
    """An error as Telegram writes it."""
    body: Json = {"ok": False, "error_code": fault.status, "description": fault.description}
    if fault.retry_after is not None:
        body["parameters"] = {"retry_after": fault.retry_after}
    return web.json_response(body, status=fault.status)


def dropped(request: web.Request) -> web.Response:
    """No answer at all."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def page(fault: Fault, fields: Json) -> web.Response:
    """What a proxy says; it repeats the message, to catch what repeats the page."""
    text = f"<html><h1>{fault.status}</h1>{fields.get('chat_id')} {fields.get('text')}</html>"
    return web.Response(status=fault.status, text=text, content_type="text/html")


def cut_short(answer: Json) -> web.Response:
    """Half an answer that claims to be a whole one."""
    text = web.json_response(answer).text or ""
    return web.Response(text=text[: len(text) // 2], content_type="application/json")
