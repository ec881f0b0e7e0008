"""People of Marlbridge who use a real chat, and what tests ask of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.scene.family import family_of
from bot.scene.scene import Scene
from bot.turns import start
from storage.addresses import hold_line_by_id, hold_person, person_by_ref
from storage.conversations import load_state
from tests.fakes.telegram import FAMILY_TOKEN, STAFF_TOKEN
from tests.handlers.bots import BotPlay
from tests.stage import Play

CHATS = {
    "P01": 5001, "P02": 5002, "P07": 5007, "P10": 5010, "P14": 5014, "P16": 5016, "P17": 5017,
    "DO": 7001, "MB": 7002, "HM": 7003, "JL": 7004, "TW": 7005, "SG": 7006,
}  # fmt: skip
STRANGER = 5999


async def connected(play: BotPlay, *who: str) -> BotPlay:
    """Give each of them their chat: a case stands for its first carer."""
    for one in who:
        ref = await play.carer(one) if one.startswith("P") else one
        await play.uses_chat(ref, CHATS[one])
    return play


def shown(play: BotPlay, who: str) -> list[dict[str, Any]]:
    """What the app of somebody shows of ours, as it came over the network, oldest first."""
    token = FAMILY_TOKEN if who.startswith("P") else STAFF_TOKEN
    return play.fake.sent(token, CHATS[who])


def texts(play: BotPlay, who: str) -> list[str]:
    """The words of it."""
    return [m.get("text") or m.get("caption", "") for m in shown(play, who)]


def labels(message: dict[str, Any]) -> list[str]:
    """What stands on the buttons under a message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def asked(play: Play, case: str) -> None:
    """Ask a family now how its week has been, whatever day it is."""
    ref = await play.carer(case)

    def ask(connection: Any) -> bool:
        scene = Scene(connection, play.service.taskforce, play.now, f"test:{ref}:{play.now}")
        family = family_of(scene, person_by_ref(connection, ref))
        hold_line_by_id(connection, family.line.id)
        family = replace(family, person=hold_person(connection, family.person.id))
        return start(scene, family, "check_in", {}, not_after=None)

    assert await play.database.write(ask)
    await play.service.settle()


async def stands(play: Play, case: str) -> tuple[Any, ...] | None:
    """Where the conversation with a family stands. None: no question is open."""
    ref = await play.carer(case)

    def read(connection: Any) -> Any:
        state = load_state(connection, person_by_ref(connection, ref).id)
        return state and (state.flow, state.step, state.turn, state.offered, dict(state.answers))

    return await play.database.read(read)


async def said(play: Play, case: str) -> list[str]:
    """What the log of a case says they said, oldest first."""
    return [row["words"] for row in await play.log(case) if row["direction"] == "inbound"]


async def modes(play: Play, case: str) -> set[str]:
    """How everything on the log of a case went."""
    return {row["mode"] for row in await play.log(case)}
