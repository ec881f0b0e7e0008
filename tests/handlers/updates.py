"""What Telegram may bring: any update its own description allows, made from a seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeAlias

from tests.fakes.bot_api import schema, utf16
from tests.fakes.telegram_media import MEDIA
from tests.fakes.telegram_people import words_in
from tests.handlers.nasty import words
from tests.handlers.updates_broken import broken
from tests.handlers.updates_filled import DAY, GROUPS, STRANGERS, Filler, letters

__all__ = ["any_update", "broken", "kinds"]

Json: TypeAlias = dict[str, Any]

LEANNE, DANI = 5_000_000_001, 5_000_000_002
CHATS = (LEANNE, DANI, 5_000_000_003)
BOT = {"id": 700_000_001, "is_bot": True, "first_name": "Bot", "username": "MarlbridgeFamilyBot"}
ANOTHER_BOT = {"id": 210_944_655, "is_bot": True, "first_name": "Gif", "username": "gif"}
BUTTONS = ("1:good", "2:hard", "t:1:ack", "t:99:done", "good", ":", "x" * 64)
LONGEST = 4096  # UTF-16 units of one message
DEPTH = 3


def kinds() -> tuple[str, ...]:
    """Every kind of update there is; none where the description is not at hand."""
    api = schema()
    fields = api.types["Update"] if api else {}
    return tuple(name for name, field in fields.items() if not field.required)


def any_update(
    chance: Random,
    update_id: int,
    chats: Sequence[int] = CHATS,
    buttons: Sequence[str] = BUTTONS,
) -> tuple[str, Json]:
    """One update and its kind: mostly what people do in private chats, now and then anything."""
    person = _Person(chance, chats, buttons)
    likely: tuple[tuple[str, Callable[[], Json]], ...] = (
        *[("message", person.message)] * 4,
        *[("callback_query", person.press)] * 2,
        ("edited_message", person.edited),
        ("my_chat_member", person.membership),
    )
    known = kinds()
    if known and chance.random() < 0.25:
        kind = chance.choice(known)
        return kind, {"update_id": update_id, kind: person.anything(kind)}
    kind, made = chance.choice(likely)
    return kind, {"update_id": update_id, kind: made()}


class _Person:
    """Somebody with a phone."""

    def __init__(self, chance: Random, chats: Sequence[int], buttons: Sequence[str]) -> None:
        api = schema()
        self._chance, self._buttons = chance, buttons
        self._filler = Filler(api, chance, chats) if api else None
        self._id = chance.choice((*chats, *chats, *STRANGERS))

    def anything(self, kind: str) -> Any:
        """What one kind of update holds, filled by the description alone."""
        api = schema()
        assert api is not None
        assert self._filler is not None
        return self._filler.value(api.types["Update"][kind].types, DEPTH)

    def message(self) -> Json:
        """What somebody wrote or sent, alone or as a reply, their own or passed on."""
        media = self._chance.choice(list(MEDIA.values())) if self._chance.random() < 0.25 else {}
        text = self._text() if not media or self._chance.random() < 0.5 else ""
        said = words_in("caption" if media else "text", text[:1000] if media else text)
        made = self._plain(**{"from": self._user(), **media, **said})
        if self._chance.random() < 0.25:
            made["reply_to_message"] = self._of_the_bot()
        if self._chance.random() < 0.15:
            made["forward_origin"] = self._origin()
        if self._chance.random() < 0.05:
            made["via_bot"] = ANOTHER_BOT
        return {**self._beside(), **made} if self._chance.random() < 0.2 else made

    def edited(self) -> Json:
        return {**self.message(), "edit_date": DAY + self._chance.randrange(86_400)}

    def press(self) -> Json:
        """A button somebody pressed: new, of long ago, gone, or in a message of another chat."""
        at = self._chance.choice(("here", "here", "here", "too_old", "elsewhere"))
        where: Json = {"message": self._of_the_bot()}
        if at == "too_old":
            old = {"chat": self._chat(), "message_id": self._number(), "date": 0}
            where = {"message": old}
        elif at == "elsewhere":
            where = {"inline_message_id": "AAAAAAAA"}
        data = {"data": self._chance.choice((*self._buttons, letters(self._chance, 16)))}
        play = {"game_short_name": "game"}
        return {
            "id": str(self._chance.randrange(2**63)),
            "from": self._user(),
            "chat_instance": str(self._chance.randrange(-(2**63), 2**63)),
            **where,
            **(play if self._chance.random() < 0.05 else data),
        }

    def membership(self) -> Json:
        """Somebody blocked the bot, or let it write again."""
        out = {"status": "kicked", "user": BOT, "until_date": 0}
        member = {"status": "member", "user": BOT}
        old, new = self._chance.sample((out, member), 2)
        told = {"old_chat_member": old, "new_chat_member": new}
        return {"chat": self._chat(), "from": self._user(), "date": DAY, **told}

    def _plain(self, **more: Any) -> Json:
        date = DAY + self._chance.randrange(86_400)
        return {"message_id": self._number(), "date": date, "chat": self._chat(), **more}

    def _of_the_bot(self) -> Json:
        """A message of the bot's, with its buttons."""
        rows = [
            [{"text": letters(self._chance, 12) + ".", "callback_data": data}]
            for data in self._chance.sample(self._buttons, min(3, len(self._buttons)))
        ]
        buttons = {"reply_markup": {"inline_keyboard": rows}} if self._chance.random() < 0.7 else {}
        return self._plain(**{"from": BOT, "text": self._text(), **buttons})

    def _beside(self) -> Json:
        """A few fields that a message may have too."""
        return self._filler.thing("Message", DEPTH - 1) if self._filler else {}

    def _origin(self) -> Json:
        user = {"type": "user", "date": DAY, "sender_user": {**self._user(), "id": STRANGERS[0]}}
        hidden = {"type": "hidden_user", "date": DAY, "sender_user_name": letters(self._chance, 20)}
        return self._chance.choice((user, hidden))

    def _user(self) -> Json:
        named = {"id": self._id, "is_bot": False, "first_name": letters(self._chance, 20)}
        language = self._chance.choice(("en", "pl", "ur", "en-GB", None))
        return {**named, "language_code": language} if language else named

    def _chat(self) -> Json:
        if self._chance.random() < 0.05:
            group = self._chance.choice(GROUPS)
            return {"id": group, "type": "supergroup", "title": letters(self._chance, 20)}
        return {"id": self._id, "type": "private", "first_name": letters(self._chance, 20)}

    def _number(self) -> int:
        return self._chance.choice((1, 2, 3, 17, self._chance.randrange(1, 2**31)))

    def _text(self) -> str:
        link = "".join(self._chance.choices("abcXYZ019_-", k=43))
        start = ("/start", f"/start {link}", "/start x y", f"/start@MarlbridgeFamilyBot {link}")
        many = (*start, letters(self._chance), letters(self._chance), words(self._chance))
        text = self._chance.choice(many)
        while utf16(text) > LONGEST:
            text = text[: len(text) // 2]
        return text if text.strip() else f"{text}?"
