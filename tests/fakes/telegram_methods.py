"""What each method of the Bot API does to a bot's account, and what it answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from tests.fakes.telegram_account import Account, Webhook
from tests.fakes.telegram_faults import (
    CHAT_NOT_FOUND,
    NO_SUCH_PRESS,
    NO_TEXT_TO_EDIT,
    NOT_A_GROUP,
    NOT_MODIFIED,
    NOT_THE_BOT_S,
    NOTHING_TO_DELETE,
    NOTHING_TO_EDIT,
    NOTHING_TO_REPLY_TO,
    Fault,
    Json,
)
from tests.fakes.telegram_media import picture

Method: TypeAlias = Callable[[Account, Json], Any]

WORDS = {"text", "caption", "callback_query_id", "url", "secret_token", "parse_mode", "photo"}


def parsed(fields: Mapping[str, Any]) -> Json:
    """Read a form: everything but words is JSON where it can be."""
    return {name: value if name in WORDS else _json(value) for name, value in fields.items()}


def chat_of(chat: int, **more: Any) -> Json:
    """A chat as it stands in a message: a private one has the id of its person."""
    if chat < 0:
        return {"id": chat, "type": "supergroup", "title": "A group", **more}
    return {"id": chat, "type": "private", **more}


def without_reply(message: Json) -> Json:
    """A message as it is shown inside its reply."""
    return {name: value for name, value in message.items() if name != "reply_to_message"}


def _json(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return value


def _send_message(bot: Account, fields: Json) -> Json | Fault:
    return _sent(bot, fields, {"text": fields.get("text")})


def _send_photo(bot: Account, fields: Json) -> Json | Fault:
    more = {"caption": fields["caption"]} if fields.get("caption") else {}
    return _sent(bot, fields, {"photo": picture(), **more})


def _sent(bot: Account, fields: Json, content: Json) -> Json | Fault:
    chat = fields.get("chat_id")
    if not isinstance(chat, int) or chat == 0:
        return CHAT_NOT_FOUND
    if shut := bot.shuts_out(chat):
        return shut
    more = _reply(bot, chat, fields.get("reply_parameters"))
    if isinstance(more, Fault):
        return more
    for name, shown in (("entities", "entities"), ("protect_content", "has_protected_content")):
        if fields.get(name):
            more[shown] = fields[name]
    return bot.keep(
        {
            "message_id": bot.numbered(chat),
            "from": bot.me,
            "chat": chat_of(chat),
            "date": int(bot.now()),
            **content,
            **more,
            **_keyboard(fields),
        }
    )


def _reply(bot: Account, chat: int, asked: Json | None) -> Json | Fault:
    if not asked:
        return {}
    answered = bot.messages.get((asked.get("chat_id", chat), asked["message_id"]))
    if answered is None:
        return {} if asked.get("allow_sending_without_reply") else NOTHING_TO_REPLY_TO
    return {"reply_to_message": without_reply(answered)}


def _keyboard(fields: Json) -> Json:
    """Only buttons under a message are part of it; other keyboards are the app's own."""
    markup = fields.get("reply_markup")
    inline = isinstance(markup, dict) and markup.get("inline_keyboard")
    return {"reply_markup": markup} if inline else {}


def _edit_text(bot: Account, fields: Json) -> Json | Fault:
    return _edited(bot, fields, {"text": fields.get("text")})


def _edit_markup(bot: Account, fields: Json) -> Json | Fault:
    return _edited(bot, fields, {})


def _edited(bot: Account, fields: Json, content: Json) -> Json | Fault:
    """Change a message; buttons that the call does not repeat go away."""
    old = bot.messages.get((fields.get("chat_id"), fields.get("message_id")))
    if old is None:
        return NOTHING_TO_EDIT
    if shut := bot.shuts_out(old["chat"]["id"]):
        return shut
    if old.get("from", {}).get("id") != bot.me["id"]:
        return NOT_THE_BOT_S
    if not content.keys() <= old.keys():
        return NO_TEXT_TO_EDIT
    kept = {n: v for n, v in old.items() if n not in {"reply_markup", "edit_date"}}
    new = {**kept, **content, **_keyboard(fields)}
    if new == {n: v for n, v in old.items() if n != "edit_date"}:
        return NOT_MODIFIED
    return bot.keep({**new, "edit_date": int(bot.now())})


def _delete(bot: Account, fields: Json) -> bool | Fault:
    gone = bot.messages.pop((fields.get("chat_id"), fields.get("message_id")), None)
    return True if gone else NOTHING_TO_DELETE


def _answer_press(bot: Account, fields: Json) -> bool | Fault:
    return True if fields.get("callback_query_id") in bot.presses else NO_SUCH_PRESS


def _leave(bot: Account, fields: Json) -> bool | Fault:
    chat = fields.get("chat_id")
    if not isinstance(chat, int) or chat > 0:
        return NOT_A_GROUP
    bot.left.add(chat)
    return True


def _get_me(bot: Account, fields: Json) -> Json:
    del fields
    abilities = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries")
    return {**bot.me, **dict.fromkeys(abilities, False), "can_join_groups": True}


def _set_webhook(bot: Account, fields: Json) -> bool:
    if fields.get("drop_pending_updates"):
        bot.throw_away()
    bot.ask_for(fields.get("allowed_updates"))
    secret, most = fields.get("secret_token", ""), fields.get("max_connections", 40)
    bot.webhook = Webhook(fields.get("url", ""), secret, most) if fields.get("url") else Webhook()
    bot.wake()
    return True


def _delete_webhook(bot: Account, fields: Json) -> bool:
    if fields.get("drop_pending_updates"):
        bot.throw_away()
    bot.webhook = Webhook()
    return True


def _webhook_info(bot: Account, fields: Json) -> Json:
    del fields
    told: Json = {
        "url": bot.webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(bot.queue),
    }
    if bot.webhook.url:
        told["max_connections"] = bot.webhook.max_connections
    if bot.allowed:
        told["allowed_updates"] = sorted(bot.allowed)
    if bot.webhook.last_error:
        told |= {"last_error_date": int(bot.now()), "last_error_message": bot.webhook.last_error}
    return told


def _set_commands(bot: Account, fields: Json) -> bool:
    del bot, fields
    return True


METHODS: dict[str, Method] = {
    "getMe": _get_me,
    "sendMessage": _send_message,
    "sendPhoto": _send_photo,
    "editMessageText": _edit_text,
    "editMessageReplyMarkup": _edit_markup,
    "deleteMessage": _delete,
    "answerCallbackQuery": _answer_press,
    "leaveChat": _leave,
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": _webhook_info,
    "setMyCommands": _set_commands,
}
