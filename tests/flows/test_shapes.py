"""What older releases stored can still be answered, and the page about conversations is true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.engine import Heard, advance
from bot.flows import FLOWS, check_in
from bot.flows.base import Choice, Facts, Flow, PassOn, State, Step
from bot.i18n import plain
from tests.flows import guide
from tests.flows.shapes import Shape, fault, kept_shapes, shape
from tests.flows.talk import DEAF, FACTS, GIVEN

every_flow = pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
KEPT = [pytest.param(kept, id=f"{kept['flow']}.v{kept['version']}") for kept in kept_shapes()]


@every_flow
def test_a_changed_shape_needs_a_new_version(flow: Flow) -> None:
    assert fault(flow) == ""


def test_another_choice_in_a_released_version_names_the_version_to_make() -> None:
    week = check_in.FLOW.steps["week"]
    more = replace(check_in.WEEK, choices=(*check_in.CHOICES, Choice("away", plain("Away"))))
    changed = {**check_in.FLOW.steps, "week": replace(week, ask=more)}
    assert "give it version 3" in fault(replace(check_in.FLOW, steps=changed))


def test_a_new_version_asks_for_its_shape_file() -> None:
    assert fault(replace(check_in.FLOW, version=3)).startswith("check_in has no check_in.v3.json")


def test_other_words_for_a_question_change_no_shape() -> None:
    week = replace(check_in.FLOW.steps["week"], ask=replace(check_in.WEEK, text=plain("Well?")))
    reworded = replace(check_in.FLOW, steps={**check_in.FLOW.steps, "week": week})
    assert shape(reworded) == shape(check_in.FLOW)


@pytest.mark.parametrize("facts", [FACTS, DEAF], ids=["calls", "deaf"])
@pytest.mark.parametrize("kept", KEPT)
def test_whoever_was_asked_by_an_older_release_can_still_answer(kept: Shape, facts: Facts) -> None:
    flow = FLOWS[kept["flow"]]  # stored names are for ever
    given = dict.fromkeys(kept["given"], "C001") | GIVEN.get(kept["flow"], {})
    for step, body in kept["steps"].items():
        replies = [Heard(words) for words in ("1", "a lift", " ")]
        for heard in (*replies, *(Heard(key=key) for key in body["choices"])):
            state = State(flow.name, kept["version"], step, 5, given, tuple(body["choices"]))
            turn = advance(flow, state, facts, heard, lambda text, _values: text.source)
            assert turn.state is not None or turn.says is not None or turn.effects
            assert turn.state is None or turn.state.step in flow.steps


def test_an_open_conversation_is_carried_over_a_release() -> None:
    def then(state: State) -> State:
        return replace(state, step="week")

    flow = replace(check_in.FLOW, version=3, upgrades={1: then})
    state = State("check_in", 1, "how_was_it", 5, offered=("good", "ok", "hard"))
    turn = advance(flow, state, FACTS, Heard("3"), lambda text, _values: text.source)
    assert turn.state is not None
    assert (turn.state.step, turn.state.version) == ("help", 3)


def test_a_question_taken_out_without_an_upgrade_goes_to_a_person_with_the_words() -> None:
    steps: dict[str, Step] = {"help": check_in.FLOW.steps["help"]}
    flow = replace(check_in.FLOW, version=2, start="help", steps=steps)
    turn = advance(
        flow, State("check_in", 1, "week"), FACTS, Heard("3"), lambda text, _: text.source
    )
    assert turn.state is None
    assert PassOn("3") in turn.effects


def test_the_page_about_conversations_is_up_to_date() -> None:
    assert guide.PAGE.read_text(encoding="utf-8") == guide.page(), "run `make shapes`"


@every_flow
def test_the_page_names_every_step_and_every_example(flow: Flow) -> None:
    page = guide.page()
    for name, step in flow.steps.items():
        assert f"### {flow.name}: {name}\n" in page
        assert all(example in page for example in step.examples)
