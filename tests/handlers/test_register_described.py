"""The register door against its own description: every call it allows, and many it does not."""

from __future__ import annotations

from collections import Counter
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation import GenerationMode
from sqlalchemy import func, select

from bot.handlers.register_description import DESCRIBED_AT, PATH, described
from storage.tables import Audit, Due, RegisterImport, SessionMark
from tests.handlers.test_register_api import COUNCIL, KAI, MARL_BECK, MILLRACE, System
from tests.stage import Play

EXAMPLES = 30
DOOR = schemathesis.openapi.from_dict(described())[PATH]["POST"]
WITH_KEY = {"Authorization": f"Bearer {COUNCIL}"}
ASKED = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance"),
    *("response_headers_conformance", "response_schema_conformance", "negative_data_rejection"),
)
MARKS = st.lists(
    st.fixed_dictionaries(
        {
            "upn": st.sampled_from([KAI, f" {KAI.lower()}", "A384000017009"]),
            "date": st.sampled_from(["2026-11-30", "30/11/2026", "2026-11-28"]),
            "session": st.sampled_from(["AM", "pm", "noon"]),
            "code": st.sampled_from(["N", "I", "", "Y9"]),
        },
        optional={"school": st.sampled_from([MARL_BECK, MARL_BECK, "Hogwarts"])},
    ),
    min_size=1,
    max_size=2,
)
LIKELY = st.builds(
    lambda marks, key: DOOR.Case(
        body=marks, media_type="application/json", headers={"Authorization": f"Bearer {key}"}
    ),
    MARKS,
    st.sampled_from([COUNCIL, MILLRACE]),
)


def made(strategy: st.SearchStrategy, count: int) -> list[schemathesis.Case]:
    """Let Hypothesis think of so many calls."""
    found: list[schemathesis.Case] = []

    @settings(max_examples=count, database=None)
    @given(strategy)
    def keep(case: schemathesis.Case) -> None:
        found.append(case)

    keep()
    return found


async def called(system: System, case: schemathesis.Case) -> httpx.Response:
    """Make a call, and hold the answer against the description."""
    asked: dict[str, Any] = case.as_transport_kwargs(base_url="http://keyworker.example")
    words = {"content": asked["data"]} if "data" in asked else {"json": asked.get("json")}
    headers = {name: value.encode("latin-1") for name, value in asked["headers"].items()}
    answer = await system.http.request(asked["method"], PATH, headers=headers, **words)
    case.validate_response(answer, checks=CHECKS.get_by_names(ASKED))
    return answer


async def written(system: System) -> list[int]:
    """Count everything a register could change."""
    tables = (RegisterImport, SessionMark, Due, Audit)
    counts = [select(func.count()).select_from(table) for table in tables]
    return await system.play.database.read(lambda c: [c.execute(q).scalar_one() for q in counts])


@pytest.fixture
async def system(sqlite_play: Play) -> System:
    load_all_checks()
    await sqlite_play.at("2026-12-01 12:00")
    return System(sqlite_play)


async def test_whatever_is_sent_the_answer_is_one_that_is_described(system):
    answers = Counter()
    for mode in GenerationMode:
        for case in made(DOOR.as_strategy(generation_mode=mode, headers=WITH_KEY), EXAMPLES):
            answers[(await called(system, case)).status_code] += 1
    for case in made(LIKELY, 2 * EXAMPLES):
        answers[(await called(system, case)).status_code] += 1
    assert set(answers) == {200, 400}
    assert await system.kept(), "no call was a register: nothing was tried"
    print(dict(answers))


async def test_without_the_key_nothing_is_ever_written(system):
    before = await written(system)
    for mode in GenerationMode:
        for case in made(DOOR.as_strategy(generation_mode=mode), EXAMPLES):
            assert (await called(system, case)).status_code == 401
    assert await written(system) == before


async def test_the_description_is_there_for_whoever_builds_the_caller(system):
    answer = await System(system.play, keys=()).http.get(DESCRIBED_AT)
    assert answer.json() == described()
