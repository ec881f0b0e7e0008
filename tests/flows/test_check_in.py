"""The weekly check-in as Leanne, Marta, Tariq and Gary meet it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.flows.base import Facts, PassOn, SchoolDays, State
from bot.flows.check_in import FLOW
from bot.i18n import languages
from bot.rules.frontdesk import Reading, read
from bot.rules.plan import LONGEST_STEP
from tests.flows.talk import DEAF, FACTS, WITH_A_PLAN, Talk, at_step, roads
from tests.stage import LEXICON, Play

OFFERS_OF_A_CALL = ("CALL", "ring you", "zadzwoni", "telefon", "فون", "کال")


def test_leanne_is_asked_how_kais_week_was() -> None:
    assert Talk(FLOW).said == (
        "Hi Leanne, this is Dani's weekly check-in text. How has Kai's week been? "
        "1 = Good, 2 = OK, 3 = Hard. Or use your own words. Dani reads every reply."
    )


def test_brother_and_sister_are_asked_about_together() -> None:
    marsden = replace(FACTS, person="Joanne", pupil=("Ellie", "Noah"), worker="Tom")
    assert "How has Ellie and Noah's week been?" in Talk(FLOW, marsden).said
    assert "u: Ellie i Noah?" in Talk(FLOW, marsden, "pl").said


def test_a_good_week_is_one_text_and_dani_sees_it() -> None:
    talk = Talk(FLOW).writes("1")
    assert talk.said == "Thank you, Leanne. Dani will see this."
    assert talk.staff_see == ["Leanne answered the check-in: good."]
    assert talk.state is None


def test_an_ok_week_is_not_a_good_one() -> None:
    assert Talk(FLOW).writes("OK").staff_see == ["Leanne answered the check-in: OK."]


def test_a_hard_week_is_asked_what_would_help_and_the_words_reach_dani() -> None:
    talk = Talk(FLOW).writes("Hard.")
    assert talk.said == (
        "Thank you for telling us, Leanne. What would help? Write it here, "
        "or reply CALL and Dani will ring you."
    )
    assert talk.staff_see == ["Leanne answered the check-in: hard. Asked what would help."]
    talk.writes(" a lift on Monday ")
    assert talk.said == "Thank you. Dani has your message."
    assert talk.state is None
    assert talk.turn.effects == (PassOn("a lift on Monday", asked="help"),)


def test_a_bare_number_as_help_is_still_what_they_wrote() -> None:
    assert Talk(FLOW).writes("3").writes("2").passed_on == ["2"]


def test_own_words_reach_dani_and_the_question_stays_open() -> None:
    talk = Talk(FLOW).writes("he never went in on tuesday")
    assert talk.passed_on == ["he never went in on tuesday"]
    assert talk.said == (
        "Thank you. Dani will read this. How has Kai's week been? 1 = Good, 2 = OK, 3 = Hard."
    )
    assert talk.writes("3").said.startswith("Thank you for telling us")


def test_a_message_with_nothing_in_it_is_not_said_to_have_been_passed_on() -> None:
    talk = Talk(FLOW).writes(" \n")
    assert talk.passed_on == []
    assert talk.said == "How has Kai's week been? 1 = Good, 2 = OK, 3 = Hard."


def test_after_three_messages_in_her_own_words_a_person_answers_leanne() -> None:
    talk = Talk(FLOW).writes("not great").writes("he is tired").writes("are you there")
    assert talk.said == "Thank you. Dani will answer you."
    assert talk.passed_on == ["not great", "he is tired", "are you there"]
    assert talk.staff_see == ["Leanne needs a person to answer."]


def test_a_doubt_is_not_an_answer() -> None:
    for words in ("good?", "2?", "not good", "1 or 2", "na3am", "good 😢"):
        assert Talk(FLOW).writes(words).passed_on == [words]


def test_after_two_quiet_school_days_leanne_is_asked_in_other_words() -> None:
    talk = Talk(FLOW)
    assert [rule.after for rule in FLOW.steps["week"].silence] == [SchoolDays(2), SchoolDays(2)]
    assert talk.waits().said == (
        "Hi Leanne, no rush. How are things going for Kai? "
        "1 = Good, 2 = OK, 3 = Hard. Reply CALL and Dani will ring you."
    )
    assert talk.turn.effects == ()
    assert talk.writes("1").staff_see == ["Leanne answered the check-in: good."]


def test_after_two_more_dani_is_asked_to_phone() -> None:
    talk = Talk(FLOW).waits().waits()
    assert (talk.state, talk.turn.says, talk.tasks) == (None, None, ["phone"])
    assert talk.staff_see == ["Leanne has not answered the check-in. Please phone."]


def test_silence_about_what_would_help_is_told_to_dani() -> None:
    talk = Talk(FLOW).writes("3").waits()
    assert (talk.state, talk.tasks) == (None, ["hand_over"])
    assert talk.staff_see == ["Leanne did not answer."]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("step", FLOW.steps)
def test_a_deaf_father_is_never_offered_a_call(step: str, language: str) -> None:
    talk = at_step(FLOW, step, DEAF, language)
    said = [talk.said, talk.writes(" ").said]
    while talk.waits().state is not None:
        said.append(talk.said)
    assert not [offer for offer in OFFERS_OF_A_CALL for words in said if offer in words]
    assert "phone" not in talk.tasks
    assert not [words for words in talk.staff_see if "Please phone" in words]


def test_nobody_is_asked_to_phone_a_deaf_father() -> None:
    talk = Talk(FLOW, DEAF).waits().waits()
    assert talk.tasks == ["reach"]
    assert talk.staff_see == [
        "Gary has not answered the check-in. Please write or visit, never phone."
    ]


async def test_a_deaf_father_who_sends_a_picture_is_not_offered_a_call(sqlite_play: Play) -> None:
    await sqlite_play._does("P17", media=("image/jpeg",))
    assert await sqlite_play.received("P17") == [
        "Pictures and files cannot be opened here. Please say it in words."
    ]


@pytest.mark.parametrize("facts", [FACTS, DEAF], ids=["calls", "deaf"])
def test_everybody_is_asked_the_same_two_questions(facts: Facts) -> None:
    assert list(roads(FLOW, facts)) == ["week", "plan", "help"]


@pytest.mark.parametrize(
    "reply", ["3", "Ciężko", "ciezko", "CIĘŻKO!", "Cie\u0328z\u0307ko", "hard"]
)
def test_marta_answers_in_polish_with_or_without_accents(reply: str) -> None:
    assert Talk(FLOW, language="pl").writes(reply).open.step == "help"


@pytest.mark.parametrize("reply", ["3", "۳", "٣", "\u200f۳۔", "مشکل", "\u2067مشکل\u2069"])
def test_tariq_answers_in_urdu_in_any_digits(reply: str) -> None:
    assert Talk(FLOW, language="ur").writes(reply).open.step == "help"


@pytest.mark.parametrize("language", languages())
def test_the_front_desk_takes_no_answer_for_something_else(language: str) -> None:
    for _, label in Talk(FLOW, language=language).shown.choices:
        reading = read(label, LEXICON, {"DO": "Dani Okafor"})
        assert reading == Reading(), label


def test_a_hard_week_is_never_asked_how_the_plan_goes() -> None:
    talk = Talk(FLOW, given=WITH_A_PLAN["check_in"]).writes("3").writes("someone to talk to")
    assert talk.passed_on == ["someone to talk to"]
    assert talk.state is None


def test_own_words_about_the_plan_reach_dani_and_silence_ends_it() -> None:
    talk = Talk(FLOW, given=WITH_A_PLAN["check_in"]).writes("1")
    assert Talk(FLOW, state=talk.open).waits().state is None
    assert Talk(FLOW, state=talk.open).waits().turn.effects == ()
    assert talk.writes("we keep forgetting").passed_on == ["we keep forgetting"]
    assert talk.said == "Thank you. Dani has your message."


def test_the_longest_step_is_asked_about_in_one_text() -> None:
    given = {**WITH_A_PLAN["check_in"], "agreed": "b" * LONGEST_STEP}
    assert len(Talk(FLOW, given=given).writes("2").said) <= 160


def test_a_check_in_that_was_open_before_there_were_plans_goes_on() -> None:
    before = State("check_in", 1, "week", 5, {}, ("good", "ok", "hard"))
    assert Talk(FLOW, state=before).writes("1").said == "Thank you, Leanne. Dani will see this."
