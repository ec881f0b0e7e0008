"""No text about a visit, in English, Polish or Urdu, has a word that only staff may read."""

from __future__ import annotations

import re
from itertools import cycle

import pytest

from bot.flows import FLOWS
from bot.i18n import put
from bot.rules.text_message import segments
from bot.rules.visit_kinds import KINDS, PLACE_LABELS
from tests.flows.talk import ABOUT_VISIT, FACTS, Talk
from tests.stage import Play
from tests.turns.visiting import books

AGENCIES = re.compile(
    r"mental health|therap|youth justice|\bYOT\b|psycholog|\bE\.?P\b|\bCIN\b|\bCP\b|police|CAMHS"
    r"|social (?:work|care)|diagnos|offence|safeguard|\bSaLT\b|speech",
    re.IGNORECASE,
)


@pytest.mark.parametrize("language", ["en", "pl", "ur"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_label_a_family_reads_names_an_agency_or_what_is_wrong(kind: str, language: str) -> None:
    label = put(KINDS[kind].label, language, {})
    assert not AGENCIES.search(label)
    assert KINDS[kind].name.casefold() != label.casefold()


@pytest.mark.parametrize("language", ["en", "pl", "ur"])
def test_no_text_about_a_visit_names_an_agency_whatever_kind_it_is(language: str) -> None:
    flows = [flow for flow in FLOWS.values() if flow.hands_over and flow.name[:6] == "visit_"]
    assert len(flows) > 10
    assert len(KINDS) >= len(PLACE_LABELS)
    for kind, place in zip(KINDS.values(), cycle(PLACE_LABELS.values()), strict=False):
        given = {
            **ABOUT_VISIT,
            "label": put(kind.label, language, {}),
            "place": put(place, language, {}),
            "child": "Kai" if kind.meets == "child" else "",
        }
        for flow in flows:
            said = Talk(flow, FACTS, language, given=given).said
            assert not AGENCIES.search(said), said


def test_every_text_about_a_visit_of_the_demonstration_is_one_text_message() -> None:
    asks = ("visit_offer", "visit_booked", "visit_moved", "visit_3d", "visit_1d", "visit_missed")
    for name in (*asks, "visit_cancelled", "visit_late"):
        for more in ({}, {"child": "Jayden", "label": "a learning session"}, {"cost": "£42"}):
            given = {**ABOUT_VISIT, **more}
            assert segments(Talk(FLOWS[name], given=given).said) == 1, name
    joint = {**ABOUT_VISIT, "joint": "yes", "who": "Ruth and Priya"}
    assert segments(Talk(FLOWS["visit_booked"], given=joint).said) == 1


async def test_what_only_the_worker_wrote_stays_with_the_worker(sqlite_play: Play) -> None:
    await sqlite_play.at("2026-11-30 10:00")
    await books(sqlite_play, "P21", "2026-12-03 13:00", kind="ep_assessment", staff=("RA", "MB"))
    said = (await sqlite_play.last("P21"))["text"]
    assert said.startswith("Hi Gemma, Ruth and Marcus will see you together on Thu 3 Dec at 13:00")
    assert not AGENCIES.search(said)
