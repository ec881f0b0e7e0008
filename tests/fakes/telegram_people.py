"""People at their phones: what they do becomes an update, and goes on its way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.fakes.bot_api import utf16
from tests.fakes.telegram_account import Account
from tests.fakes.telegram_faults import Json
from tests.fakes.telegram_media import MEDIA
from tests.fakes.telegram_methods import chat_of, without_reply


class People:
    """Everybody who has the app. In a private chat, the id of the chat is the person's."""

    bots: dict[str, Account]
    names: dict[int, str]  # first names; everybody else is "Somebody"

    async def happens(self, bot: Account, kind: str, chat: int, what: Json) -> Json:
        """Make an update of it and send it on its way."""
        raise NotImplementedError

    async def writes(
        self,
        token: str,
        chat: int,
        text: str,
        *,
        reply_to: int | None = None,
        language: str = "en",
        **more: Any,
    ) -> Json:
        """Somebody writes to the bot; `more` goes into the message as it is."""
        who = self.person(chat, language)
        return await self._says(token, chat_of(chat, first_name=who["first_name"]), who, text,
                                reply_to, more)  # fmt: skip

    async def sends(self, token: str, chat: int, kind: str, caption: str = "") -> Json:
        """Somebody sends a photo, a voice message, a sticker..."""
        return await self.writes(token, chat, caption, **MEDIA[kind])

    async def in_group(
        self, token: str, chat: int, user: int, text: str, *, language: str = "en", **more: Any
    ) -> Json:
        """Somebody writes in a group that the bot is in; groups have negative ids."""
        if chat >= 0:
            raise ValueError("the id of a group is negative")
        self.bots[token].left.discard(chat)
        return await self._says(token, chat_of(chat), self.person(user, language), text, None, more)

    async def edits(self, token: str, chat: int, message_id: int, text: str, **more: Any) -> Json:
        """Somebody changes what they wrote."""
        bot = self.bots[token]
        old = bot.messages[chat, message_id]
        field = "caption" if "text" not in old and _has_media(old) else "text"
        kept = {n: v for n, v in old.items() if n not in {"entities", "caption_entities"}}
        new = {**kept, "edit_date": int(bot.now()), **words_in(field, text), **more}
        return await self.happens(bot, "edited_message", chat, bot.keep(new))

    async def presses(
        self,
        token: str,
        chat: int,
        message_id: int,
        *,
        label: str | None = None,
        data: str | None = None,
        user: int | None = None,
        language: str = "en",
    ) -> Json:
        """Somebody presses a button; the label finds it, or any data says what it sends."""
        bot = self.bots[token]
        message = bot.messages.get((chat, message_id))
        press: Json = {
            "id": f"{chat}{bot.next_update_id}",
            "from": self.person(chat if user is None else user, language),
            "message": message or {"chat": chat_of(chat), "message_id": message_id, "date": 0},
            "chat_instance": f"-{abs(chat)}",
            "data": data if label is None else _behind(message or {}, label),
        }
        bot.presses.add(press["id"])
        return await self.happens(bot, "callback_query", chat, press)

    async def blocks(self, token: str, chat: int) -> Json:
        """Somebody blocks the bot: it is told so, and may not write to them."""
        self.bots[token].blocked.add(chat)
        return await self._membership(token, chat, blocked=True)

    async def unblocks(self, token: str, chat: int) -> Json:
        """Somebody lets the bot write to them again."""
        self.bots[token].blocked.discard(chat)
        return await self._membership(token, chat, blocked=False)

    def person(self, user: int, language: str = "en") -> Json:
        """Somebody as a user; without a language, the app does not say."""
        named = {"id": user, "is_bot": False, "first_name": self.names.get(user, "Somebody")}
        return {**named, "language_code": language} if language else named

    async def _says(
        self, token: str, chat: Json, who: Json, text: str, reply_to: int | None, more: Json
    ) -> Json:
        bot = self.bots[token]
        message: Json = {
            "message_id": bot.numbered(chat["id"]),
            "from": who,
            "chat": chat,
            "date": int(bot.now()),
            **words_in("caption" if _has_media(more) else "text", text),
            **more,
        }
        if reply_to is not None:
            message["reply_to_message"] = without_reply(bot.messages[chat["id"], reply_to])
        return await self.happens(bot, "message", chat["id"], bot.keep(message))

    async def _membership(self, token: str, chat: int, *, blocked: bool) -> Json:
        bot = self.bots[token]
        out: Json = {"status": "kicked", "user": bot.me, "until_date": 0}
        member: Json = {"status": "member", "user": bot.me}
        told = {
            "chat": chat_of(chat),
            "from": self.person(chat),
            "date": int(bot.now()),
            "old_chat_member": member if blocked else out,
            "new_chat_member": out if blocked else member,
        }
        return await self.happens(bot, "my_chat_member", chat, told)


def words_in(field: str, text: str) -> Json:
    """Words as they stand in a message, with the command they begin with marked as one."""
    if not text:
        return {}
    command = text.split(maxsplit=1)[0] if text.startswith("/") else ""
    entity = {"type": "bot_command", "offset": 0, "length": utf16(command)}
    marked = {f"{'caption_' if field == 'caption' else ''}entities": [entity]}
    return {field: text, **(marked if len(command) > 1 else {})}


def _has_media(message: Mapping[str, Any]) -> bool:
    return any(kind in message for kind in MEDIA)


def _behind(message: Mapping[str, Any], label: str) -> str:
    """What the button with this label sends."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = {button["text"]: button for row in rows for button in row}
    if label not in buttons:
        raise LookupError(f"no such button; there are {len(buttons)}")
    return buttons[label]["callback_data"]
