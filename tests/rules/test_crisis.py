from __future__ import annotations

import csv
import time
from importlib import resources

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.rules.crisis import LEVELS, Alarm, alarms, build_lexicon
from bot.rules.dangers import CATEGORIES, DANGERS
from bot.rules.worries import WORRIES


def rows_of(name: str) -> list[dict[str, str]]:
    text = resources.files("bot.data").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


PHRASES = rows_of("crisis_phrases.csv")
INNOCENT = [row["phrase"] for row in rows_of("false_positives.csv")]
LEXICON = build_lexicon(PHRASES)


def level_of(words: str) -> str | None:
    found = alarms(words, LEXICON)
    return found[0].level if found else None


@pytest.mark.parametrize("words", INNOCENT)
def test_an_everyday_phrase_pages_nobody(words):
    assert level_of(words) != "L1"


def test_everyday_phrases_seldom_raise_anything():
    raised = [words for words in INNOCENT if alarms(words, LEXICON)]
    assert raised == ["school is killing me", "beat me on Fifa", "he didn't hit her"]


@pytest.mark.parametrize(
    "words",
    [
        "Yes all good thanks, he was in every day this week",
        "He's taken his tablets this morning so should be calmer",
        "she took her tablets as normal, he took tablets for his headache",
        "he hasnt taken tablets today. I took some tablets for my back",
        "school took tablets off them, ive taken my tablets already",
        "he has taken the tablets, he went to a e-sports club, picked up a e-scooter",
        "He doesn't want to be in that class",
        "She hasn't come down for breakfast yet but will be in by 10",
        "he is missing his lessons because of the taxi",
        "Picking him up at 3, he looked at me and laughed",
        "She is sitting her mock exam, changing himself for PE",
        "He'll see them on Monday, he'll see this week how he gets on",
        "I don't know what time he finishes",
        "dont know where he put his bag, do you know where the keys are",
        "We are killing time. End of term today",
        "No food tech this week, there's no water bottle in his bag",
        "We are going to the country for the weekend",
        "Musa had a good week",
        "He's got a new phone number",
        "the phone plug is broke and he keeps carrying on",
        "putting himself to bed early, he turned himself around",
        "He left for school at 8 and was there by half past",
        "we set off late, not there yet",
        "just left for school, not there yet",
        "taxi set off late so not there yet",
        "he left his PE kit at home, its not there",
        "he went to school yesterday and didnt get there till 10",
        "she wasnt in her bed until midnight",
        "he's not in school, he's at home poorly",
        "dropped him off at 9, not in a good mood",
        "the taxi never arrived at school",
        "👍",
        "1",
        "",
    ],
)
def test_ordinary_news_raises_nothing(words):
    assert alarms(words, LEXICON) == ()


@pytest.mark.parametrize(
    "words",
    [
        "I can't cope he's going to kill himself",
        "he'll see this",
        "He will see this. dont reply",
        "KILLMYSELF",
        "im gonna k m s",
        "wants to kil her self",
        "s*icide",
        "su1cide",
        "i dont wont to be ere no more",
        "I wish I was dead",
        "shes took loads of paracetamol",
        "tried to hang himself",
        "everyone would be better off without me",
        "he has a nife",
        "dad's got a knife",
        "he attacked his sister with a knife",
        "he said he'd kill me if I was late lol",
        "he threatened to kill us",
        "my ex strangled me",
        "he put his hands round my neck",
        "need an ambulance",
        "kai hasnt been home since friday",
        "I don't know where Kai is",
        "dont now were she is",
        "hes ran of again",
        "He left for school at 8, he is not there",
        "she set off this morning and hasn't arrived",
        "left home at 8 and school say he isn't in",
        "I dropped him off and he isnt there",
        "He never arrived at school",
        "he isnt at school and isnt at home",
        "she's not in her bed this morning",
        "his bed hasn't been slept in",
        "nie chce zyc",
        "chcę umrzeć",
        "SAMOBOJSTWO",
        "الانتحار",
        "أريد أن أموت",
        "𝐤𝐢𝐥𝐥 𝐦𝐲𝐬𝐞𝐥𝐟",
        "k̷i̶l̸l̵ m̶y̷s̸e̵l̶f̷",
        "kill my\u200bself",
        "ki\0ll myself",
    ],
)
def test_a_danger_to_life_is_heard_in_other_words_too(words):
    assert level_of(words) == "L1"


@pytest.mark.parametrize(
    "words",
    [
        "school is killing me lol",
        "he keeps hitting me",
        "he wont let me leave",
        "he goes through my phone",
        "hes been cutting his arms",
        "i'm scared to go home",
        "older lads in a car picked him up",
        "got no leccy",
        "cant take it any more",
        "I hate my life",
        "please help me",
        "cant wake him up",
        "cant make it im in a&e hes taken tablets",
        "sorry were up at A & E with Kai",
        "shes been in A and E all night",
        "hes took some pills",
        "shes taken my tablets",
        "he took a few tablets",
        "on mnie bije",
        "mujhe dar lag raha hai",
        "زوجي يضربني",
        "muša mane",
        "🔪",
        "🩸🩸",
        "🗡️",
    ],
)
def test_a_worry_goes_to_the_top_of_the_list(words):
    assert level_of(words) == "L2"


def test_a_suicide_and_a_parent_at_the_end_of_her_strength_are_both_raised():
    found = alarms("I can't cope he's going to kill himself", LEXICON)
    assert {alarm.category: alarm.level for alarm in found} == {
        "immediate_danger": "L1",
        "suicide": "L1",
        "parent_wellbeing": "L2",
    }


def test_the_most_urgent_comes_first_and_each_category_once():
    found = alarms("I need support, no gas, cut herself, hit him, hit him, kill myself", LEXICON)
    assert [alarm.level for alarm in found] == sorted(alarm.level for alarm in found)
    assert found[0] == Alarm("suicide", "L1")
    assert len({alarm.category for alarm in found}) == len(found)


def test_laughing_it_off_or_denying_it_cancels_nothing():
    assert level_of("wanna die lol jk") == "L1"
    assert level_of("he didn't hit her years ago") == "L2"


def test_a_teams_own_phrase_is_heard_at_its_own_level():
    row = {"category": "code_word", "level": "l1", "lang": "en", "phrase": "purple umbrella"}
    lexicon = build_lexicon([row])
    assert alarms("is the Purple umberlla there", lexicon) == (Alarm("code_word", "L1"),)
    assert alarms("purple", lexicon) == ()


def test_a_teams_own_row_lifts_a_built_in_level():
    row = {"category": "harm_to_child", "level": "L1", "lang": "en", "phrase": "hits me"}
    assert alarms("he hits me", build_lexicon([row]))[0] == Alarm("harm_to_child", "L1")


def test_a_row_that_names_no_level_and_means_nothing_known_is_a_worry():
    row = {"category": "unassigned", "level": "", "lang": "fr", "phrase": "j'étouffe"}
    lexicon = build_lexicon([row, {"phrase": "  ", "level": "L1"}, {}])
    assert alarms("J’ETOUFFES", lexicon) == (Alarm("unassigned", "L2"),)


def test_a_foreign_word_is_heard_with_its_endings_and_articles():
    rows = [{"category": "x", "level": "L2", "lang": "ar", "phrase": "مساعدة"}]
    assert alarms("بالمساعدة", build_lexicon(rows)) == (Alarm("x", "L2"),)


def test_every_built_in_pattern_has_a_known_category_and_level():
    tables = (*DANGERS, *WORRIES)
    assert {category for category, _, _ in tables} <= set(CATEGORIES)
    assert {level for _, level, _ in tables} == set(LEVELS)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.text(st.characters(), max_size=400))
@example("\ud800\udfff\0")
@example("\u0489" * 10_000)
@example("ﷺ" * 10_000)
def test_no_text_a_phone_can_send_makes_it_fail(words):
    for alarm in alarms(words, LEXICON):
        assert alarm.level in LEVELS


@settings(deadline=None, derandomize=True, max_examples=200)
@given(before=st.text(max_size=60), after=st.text(max_size=60))
def test_nothing_said_around_it_hides_a_cry(before, after):
    assert level_of(f"{before} . kill myself . {after}") == "L1"


@pytest.mark.parametrize("words", ["hit him " * 1250, "x" * 10_000, "no no any dont " * 650])
def test_a_very_long_message_is_read_at_once(words):
    began = time.process_time()
    alarms(words, LEXICON)
    assert time.process_time() - began < 1


def test_a_text_of_160_characters_takes_about_a_thousandth_of_a_second():
    words = (
        "Hi Dani its Leanne Kai had a hard week again he didnt want to go in on Tuesday and the "
        "taxi was late twice can you ring the school about his dinner money please x"
    )
    took = []
    for _ in range(50):
        began = time.process_time()
        alarms(words, LEXICON)
        took.append(time.process_time() - began)
    assert min(took) < 0.004
