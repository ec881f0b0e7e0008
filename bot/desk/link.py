"""/link: a link that connects a family's chat, for one person and one time."""

from __future__ import annotations

from urllib.parse import quote

from bot.desk.base import Answer, Asked, Command, MakeLink
from bot.desk.names import families_named
from bot.rules.doors import LINK_LASTS

HOURS = int(LINK_LASTS.total_seconds() // 3600)


def link(asked: Asked) -> Answer:
    """Make a link for a family; only its picture and its address leave, to whoever asked."""
    if not asked.family_bot:
        return Answer("The family bot is not connected (FAMILY_BOT_TOKEN): there are no links.")
    found = families_named(asked.families, asked.rest)
    if len(found) != 1:
        return Answer("For whom? Type /link and a carer's name or a case number that is one adult.")
    ref, label = found[0]
    if ref in asked.barred:
        return Answer("This person must not be contacted: there is no link for them.")
    address = f"https://t.me/{quote(asked.family_bot)}?start={asked.token}"
    says = (
        f"A link for {asked.shown(ref, label)}, for one chat and {HOURS} hours. Give it to nobody "
        "else. Show or print the picture, or pass on the address. They open it in Telegram, press "
        f"Start and type the code that comes by text; or you confirm them.\n{address}"
    )
    return Answer(says, (MakeLink(ref, asked.token),), qr=address)


LINK = Command("link", "/link NAME", "connect a family's Telegram", link)
