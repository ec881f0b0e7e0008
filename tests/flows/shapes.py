"""`python -m tests.flows.shapes`: write the shape of every new flow version, and docs/flows.md.

A shape is what stored conversations depend on: steps and choice keys. The file of a released
version never changes; conversations of that version may still be open.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.flows import FLOWS
from bot.flows.base import Facts, Flow, Prompt, Step
from tests.flows import guide
from tests.flows.talk import FACTS, GIVEN

SHAPES = Path(__file__).parent / "shapes"
Shape = dict[str, Any]


def shape(flow: Flow) -> Shape:
    """Say what a stored state of this flow may hold."""
    return {
        "flow": flow.name,
        "version": flow.version,
        "start": flow.start,
        "given": sorted(GIVEN.get(flow.name, {})),
        "steps": {
            name: {"choices": sorted(_keys(step)), "reads_words": step.read is not None}
            for name, step in flow.steps.items()
        },
    }


def _keys(step: Step) -> set[str]:
    """Gather every fixed choice key, for families that can be phoned and that cannot."""
    asked = (step.ask, step.again, *(rule.say for rule in step.silence))
    nobody = replace(FACTS, families=())  # a family's own id is no fixed key
    return {
        choice.key
        for facts in (nobody, replace(nobody, calls=False))
        for made in asked
        if made is not None
        for choice in _made(made, facts).choices
    }


def _made(made: Any, facts: Facts) -> Prompt:
    prompt = made if isinstance(made, Prompt) else made(facts, {})
    assert isinstance(prompt, Prompt)
    return prompt


def shape_file(flow: Flow) -> Path:
    return SHAPES / f"{flow.name}.v{flow.version}.json"


def kept_shapes() -> Iterator[Shape]:
    """Read the shape of every version that was ever released."""
    for path in sorted(SHAPES.glob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def fault(flow: Flow) -> str:
    """Say what is wrong with a flow's shape file; nothing if all is well."""
    path = shape_file(flow)
    if not path.exists():
        return f"{flow.name} has no {path.name}: run `make shapes`"
    if json.loads(path.read_text(encoding="utf-8")) != shape(flow):
        return (
            f"{flow.name} is not what {path.name} says: give it version {flow.version + 1} "
            "and an upgrade for open conversations, then run `make shapes`"
        )
    return ""


def main() -> int:
    """Write what is new; refuse to change the shape of a version that has been released."""
    for flow in FLOWS.values():
        if not shape_file(flow).exists():
            written = json.dumps(shape(flow), indent=2, ensure_ascii=False)
            shape_file(flow).write_text(f"{written}\n", encoding="utf-8")
            sys.stdout.write(f"wrote {shape_file(flow).name}\n")
    guide.PAGE.write_text(guide.page(), encoding="utf-8")
    faults = [wrong for wrong in map(fault, FLOWS.values()) if wrong]
    sys.stderr.writelines(f"{wrong}\n" for wrong in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
