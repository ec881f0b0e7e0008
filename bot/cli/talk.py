"""`talk`: hold a conversation in the terminal, and see what it would do."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.engine import Turn
    from bot.flows.base import Facts


def talk(
    flow: str = typer.Argument(help="The conversation: check_in."),
    language: str = typer.Option("en", help="The family's language."),
) -> None:
    """Hold a conversation as Leanne, mother of Kai. An empty line ends it."""
    from bot.domain import NotReady
    from bot.flows import FLOWS

    if flow not in FLOWS:
        raise NotReady(f"There is no conversation {flow}. There are: {', '.join(FLOWS)}.")
    _talk(flow, language)


def _talk(name: str, language: str) -> None:
    from bot import engine
    from bot.flows import FLOWS
    from bot.i18n import put

    flow, facts = FLOWS[name], _facts()
    turn = engine.begin(flow, facts, {"words": "Hello", "named": "Zofia", "to": "C001"})
    while True:
        _show(turn, language)
        if turn.state is None:
            print("  [the conversation is over]")
            return
        print("> ", end="", flush=True)
        words = sys.stdin.readline()
        if not words.strip():
            return
        heard = engine.Heard(words.strip())
        turn = engine.advance(
            flow, turn.state, facts, heard, lambda text, values: put(text, language, values)
        )


def _facts() -> Facts:
    """Leanne's week, as the demonstration begins it."""
    from bot.flows.base import Facts

    return Facts(
        person="Leanne",
        pupil=("Kai",),
        worker="Dani",
        today=date(2026, 12, 3),
        next_read=datetime(2026, 12, 3, 15, 45, tzinfo=UTC),
        families=(("C001", "Leanne Thornton (Kai P01)"),),
    )


def _show(turn: Turn, language: str) -> None:
    """Print what a phone would show, and what staff would be told."""
    from bot.channels.layout import numbered
    from bot.domain import Shown
    from bot.i18n import put
    from bot.scene.letters import in_words

    if turn.says is not None:
        said = in_words(turn.says, language, turn.values)
        print(numbered(Shown(said.text, said.choices, said.after)))
    for effect in turn.effects:
        text = getattr(effect, "text", None)
        words = put(text, "en", turn.values) if text else getattr(effect, "words", "")
        print(f"  [{type(effect).__name__}] {words}")
