"""The two questions staff are asked before words of theirs may go to a family."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.flows import check_words, who_for
from bot.flows.base import Flow, Hours, SendWords
from bot.flows.who_for import AT_MOST_SHOWN, NOBODY, names_in
from tests.flows.talk import FACTS, Talk

SENT = (SendWords("C001", "See you at nine."),)
CROWD = tuple((f"C{n:03}", f"Carer{n} Family{n} (Child{n} P{n:02})") for n in range(1, 21))


def who(words: str) -> Talk:
    return Talk(who_for.FLOW).writes(words)


def test_words_for_nobody_yet_are_not_sent_but_asked_about() -> None:
    talk = Talk(who_for.FLOW)
    assert talk.turn.effects == ()
    assert talk.said.splitlines() == [
        "Who is this for? Nothing has been sent.",
        "1 = Leanne Thornton (Kai P01)",
        "2 = Marta Wrona (Zofia P02)",
        "3 = Joanne Marsden (Ellie P07, Noah P08)",
        "4 = Nobody: forget it",
        "Or type the family's name or case number.",
    ]


@pytest.mark.parametrize(
    "name",
    ["1", "C001", "leanne", "Thornton", "Leanne Thornton", "kai", "P01", "p01.", "Kai P01"],
)
def test_dani_names_the_family_by_number_carer_surname_child_or_case(name: str) -> None:
    talk = who(name)
    assert (talk.state, talk.turn.says, talk.turn.effects) == (None, None, SENT)


def test_either_of_two_children_names_their_family() -> None:
    for name in ("Ellie", "noah", "P07", "p08", "Marsden"):
        assert who(name).turn.effects == (SendWords("C008", "See you at nine."),)


def test_a_name_that_fits_two_families_sends_nothing() -> None:
    twins = replace(FACTS, families=(*FACTS.families, ("C009", "Leanne Moss (Declan P19)")))
    talk = Talk(who_for.FLOW, twins).writes("Leanne")
    assert talk.turn.effects == ()
    assert talk.said.startswith("That was not one of the answers. Who is this for?")
    assert talk.writes("Leanne Moss").turn.effects == (SendWords("C009", "See you at nine."),)


@pytest.mark.parametrize("words", ["Ka", "Leanne and Marta", "(", ")", ",", "P", "", "99", "🙂"])
def test_half_a_name_sends_nothing(words: str) -> None:
    assert who(words).turn.effects == ()


def test_nobody_forgets_the_words() -> None:
    for reply in ("4", "nobody", "Nobody: forget it"):
        talk = who(reply)
        assert (talk.said, talk.turn.effects) == ("Forgotten. Nothing was sent.", ())


def test_a_long_list_is_cut_but_every_family_can_still_be_named() -> None:
    crowd = replace(FACTS, families=CROWD)
    assert len(Talk(who_for.FLOW, crowd).open.offered) == AT_MOST_SHOWN + 1
    far = Talk(who_for.FLOW, crowd).writes("Child20")
    assert far.turn.effects == (SendWords("C020", "See you at nine."),)


def test_the_number_means_the_family_that_was_shown_even_if_the_list_has_moved() -> None:
    talk = Talk(who_for.FLOW)
    talk.facts = replace(FACTS, families=tuple(reversed(FACTS.families)))
    assert talk.writes("1").turn.effects == SENT


def test_with_no_families_there_is_only_nobody() -> None:
    talk = Talk(who_for.FLOW, replace(FACTS, families=()))
    assert talk.open.offered == (NOBODY,)
    assert talk.writes("Kai").turn.effects == ()


def test_a_family_name_with_braces_is_shown_as_it_is() -> None:
    odd = replace(FACTS, families=(("C001", "Le{a}nne %s (K{} P01)"),))
    assert "1 = Le{a}nne %s (K{} P01)" in Talk(who_for.FLOW, odd).said


@pytest.mark.parametrize(
    ("label", "names"),
    [
        ("Leanne", {"leanne"}),
        ("Rasa Petraitienė (Lukas P15)", {"petraitiene", "lukas", "p15", "rasa petraitiene"}),
        ("Rania Al-Hassan (Fatima P09)", {"al-hassan", "rania", "fatima p09"}),
    ],
)
def test_a_family_has_these_names(label: str, names: set[str]) -> None:
    assert names <= names_in(label)


def test_words_that_name_another_familys_child_wait_for_a_plain_yes() -> None:
    talk = Talk(check_words.FLOW)
    assert talk.said.startswith(
        "This names Zofia, who is not in this family. Nothing has been sent."
    )
    assert not talk.turn.effects
    talk.writes("Yes, send it")
    assert talk.turn.effects == (SendWords("C001", "Zofia is well.", checked=True),)
    assert (talk.state, talk.turn.says) == (None, None)


def test_the_message_they_answer_goes_along_with_the_question() -> None:
    given = {"words": "Zofia is well.", "named": "Zofia", "to": "C001", "task": "7"}
    talk = Talk(check_words.FLOW, given=given).writes("1")
    assert talk.turn.effects == (SendWords("C001", "Zofia is well.", checked=True, task=7),)


@pytest.mark.parametrize("reply", ["2", "keep", "No, forget it"])
def test_a_no_forgets_the_words(reply: str) -> None:
    talk = Talk(check_words.FLOW).writes(reply)
    assert (talk.said, talk.turn.effects) == ("Forgotten. Nothing was sent.", ())


@pytest.mark.parametrize("reply", ["ok", "send?", "send it to Marta", "👍", "3", ""])
def test_anything_else_than_a_plain_yes_sends_nothing(reply: str) -> None:
    talk = Talk(check_words.FLOW).writes(reply)
    assert talk.turn.effects == ()
    assert talk.open.offered == ("send", "keep")


@pytest.mark.parametrize("flow", [who_for.FLOW, check_words.FLOW], ids=lambda flow: flow.name)
def test_after_an_hour_the_words_are_forgotten_without_a_fuss(flow: Flow) -> None:
    (rule,) = flow.steps[flow.start].silence
    talk = Talk(flow).waits()
    assert rule.after == Hours(1)
    assert (talk.state, talk.turn.says, talk.turn.effects) == (None, None, ())
