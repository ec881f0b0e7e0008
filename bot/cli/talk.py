"""`talk`: hold a conversation in the terminal, and see what it would do."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime

import typer


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
    from bot.channels.layout import numbered
    from bot.domain import Shown
    from bot.flows import FLOWS
    from bot.flows.base import Facts
    from bot.i18n import put
    from bot.scene.letters import in_words

    facts = Facts(
        person="Leanne",
        pupil=("Kai",),
        worker="Dani",
        today=date(2026, 12, 3),
        next_read=datetime(2026, 12, 3, 15, 45, tzinfo=UTC),
        families=(("C001", "Leanne Thornton (Kai P01)"),),
    )
    flow = FLOWS[name]
    turn = engine.begin(flow, facts, {"words": "Hello", "named": "Zofia", "to": "C001"})
    while True:
        if turn.says is not None:
            said = in_words(turn.says, language, turn.values)
            print(numbered(Shown(said.text, said.choices, said.after)))
        for effect in turn.effects:
            print(f"  [{type(effect).__name__}]", end=" ")
            text = getattr(effect, "text", None)
            print(put(text, "en", turn.values) if text else getattr(effect, "words", ""))
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
