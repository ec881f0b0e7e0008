"""SOS is heard however a phone writes it, and an answer from the door is never guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.rules import lone_working as rule
from bot.rules.cries import UNSURE, answer_in, answer_of, as_command, is_cry
from bot.rules.lone_working import Outing
from bot.rules.visit_rules import LoneWorking

CRIES = [
    "SOS", "sos", "Sos!", " s.o.s. ", "S O S", "/sos", "sos sos", "SOS at the Costa", "s-o-s now",
    "/sos at the Costa", "SOS\nhelp me", "Sos come now", "Sos, need help now", "sos pls", "S0S",
    "sos at leannes", "S.O.S. come quick", "🆘", "🆘 help", "help 🆘", "🆘️", "ＳＯＳ", "*SOS*",
    "_sos_", "\u200fSOS", "ⓈⓄⓈ", "SOSSS", "sos12 mill lane", "sos🙏", "help me sos", "help SOS!",
    "S. O. S. now", "sos running late", "/sos@MarlbridgeBot",
]  # fmt: skip
NO_CRIES = [
    "so sorry I am late", "Can you ring SOS Children's Villages", "sosig rolls", "/status P01", "",
    "ok", "SOSO", "SOSO sorry for the delay", "So S was late today", "So's Kai coming?", "cosmos",
    "so, so sorry", "Sosa comes too", "/help sos", "/note P01 she wrote 🆘", "chaos", "S o's",
]  # fmt: skip


def test_sos_is_a_cry_however_a_phone_writes_it():
    assert [words for words in CRIES if not is_cry(words)] == []


def test_other_words_are_no_cry():
    assert [words for words in NO_CRIES if is_cry(words)] == []


def test_what_else_they_could_type_goes_along():
    bare = ("SOS", "sos!", "s o s", "sos sos", "/sos", "/sos@MarlbridgeBot", "🆘", "ＳＯＳ")
    assert {as_command(words) for words in bare} == {"/sos"}
    more = ("SOS at Costa", "/sos at Costa", "SOS!! at Costa", "🆘 at Costa", "Sos, sos at Costa",
            "at Costa SOS", "at Costa 🆘!")  # fmt: skip
    assert {as_command(words).rstrip("! ") for words in more} == {"/sos at Costa"}


def test_an_answer_by_text_is_the_whole_message_and_nothing_near_it():
    said = {
        rule.ARRIVED: ("Arrived", "ARRIVED.", "I'm here", "ive arrived"),
        rule.LATE: ("late", "Running late!"),
        rule.NOT_GOING: ("Not going",),
        rule.LEFT: ("LEFT", "left, safe", "I’m safe", "Safe 👍"),
        rule.MORE_15: ("15", "15 more", "15 minutes more"),
        rule.MORE_30: ("30", "30 minutes"),
        rule.SOS: ("help", "Help me!", "not safe", "in danger"),
    }
    wrong = [(form, answer_in(form)) for what, forms in said.items() for form in forms
             if answer_in(form) != what]  # fmt: skip
    assert wrong == []
    near = ("not left", "not arrived", "left at the lights", "safe?", "1", "yes", "ok", "", "more",
            "he left", "arrived?", "left or right")  # fmt: skip
    assert [form for form in near if answer_in(form)] == []


def test_whoever_has_not_arrived_and_says_left_may_only_have_set_out():
    two, rules = datetime(2026, 11, 30, 14, tzinfo=UTC), LoneWorking(on=True)
    out = Outing(1, 7, 2, "DO", two, two + timedelta(hours=1))

    def read(words: str, minutes: int, out: Outing = out) -> str:
        return answer_of(out, rules, words, two + timedelta(minutes=minutes))

    assert (read("left", -30), read("left", 12), read("safe", -5)) == (UNSURE, UNSURE, UNSURE)
    assert read("left, safe", 12) == rule.LEFT
    assert read("15", 12) == rule.LATE, "she is fifteen minutes away"
    assert (read("left", 71), read("15", 71)) == (rule.LEFT, rule.MORE_15)
    there = replace(out, arrived_at=two)
    assert (read("left", 20, there), read("30", 20, there)) == (rule.LEFT, rule.MORE_30)
