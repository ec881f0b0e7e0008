"""Replies to an offer of times or a reminder, as families write them: understood, or a person."""

from __future__ import annotations

import csv
from datetime import date, time
from pathlib import Path

from bot.rules.calendar import moment_at
from bot.rules.visit_replies import asks_for_visit, asks_for_visit_alone, read_reply

TODAY = date(2026, 11, 30)
TUESDAY = moment_at(date(2026, 12, 1), time(15, 30))
THURSDAY = moment_at(date(2026, 12, 3), time(10))
VISIT = moment_at(date(2026, 12, 3), time(15, 30))


def lines() -> list[dict[str, str]]:
    text = Path(__file__).with_name("visit_reply_lines.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def heard(to: str, words: str) -> str:
    match to:
        case "offer":
            reply = read_reply(words, TODAY, (TUESDAY, THURSDAY))
        case "reminder":
            reply = read_reply(words, TODAY, starts_at=VISIT)
        case _:
            reply = read_reply(words, date(2026, 12, 3), starts_at=VISIT)
    return reply.what if reply.number is None else f"{reply.what} {reply.number + 1}"


def test_every_reply_comes_to_the_right_end_or_to_a_person() -> None:
    assert len(lines()) >= 200
    wrong = [
        f"{row['to']}: {row['words']}: {found}, not {row['means']}"
        for row in lines()
        if (found := heard(row["to"], row["words"])) != row["means"]
    ]
    assert wrong == []


ASKING = (
    ("en", "can someone come round"),
    ("en", "Can someone come round please?"),
    ("en", "could you visit"),
    ("en", "pls come see us"),
    ("en", "please come and see me"),
    ("en", "can u pop round this week"),
    ("en", "could somebody pop in and see us"),
    ("en", "I need someone to come round"),
    ("en", "would like a home visit please"),
    ("en", "can we have a visit"),
    ("en", "any chance of a home visit"),
    ("en", "could dani pop over"),
    ("en", "can dani come to ours"),
    ("en", "will someone come n see me"),
    ("en", "plz can sum1 cum round"),
    ("en", "would you be able to come round thursday"),
    ("en", "i could do with someone coming round"),
    ("en", "can you come round if possible"),
    ("pl", "Czy ktoś może do nas przyjść?"),
    ("pl", "proszę przyjść"),
    ("pl", "Czy może Pani nas odwiedzić"),
    ("pl", "can someone come round"),
    ("ur", "کوئی ہمارے گھر آ سکتا ہے؟"),
    ("ur", "koi ghar aa sakta hai"),
    ("ur", "aap milne aa jaen"),
)
NOT_ASKING = (
    ("en", "dont come round"),
    ("en", "please don't visit"),
    ("en", "no need to come round"),
    ("en", "why did someone come round"),
    ("en", "can kai come round to his nans"),
    ("en", "he wants to come round"),
    ("en", "can someone come round and kill me"),
    ("en", "would you come round if i said no"),
    ("en", "someone will come round and hurt me"),
    ("en", "can kai pop over to his nans"),
    ("en", "any chance of a lift"),
    ("en", "i could do with a rest"),
    ("en", "thanks for the visit"),
    ("en", "can you call him"),
    ("en", "can you come to school"),
    ("en", "can you come and get kai"),
    ("en", "someone came round"),
    ("en", "when is the visit"),
    ("en", "visit"),
    ("en", "the police said can someone come round he was shouting"),
    ("pl", "proszę nie przychodzić"),
    ("pl", "nie chcę wizyty"),
    ("ur", "مت آئیں"),
    ("ur", "ghar mat aao"),
)


def test_a_family_that_asks_for_a_visit_is_heard_and_one_that_wants_none_is_not() -> None:
    unheard = [words for language, words in ASKING if not asks_for_visit(words, language)]
    misheard = [words for language, words in NOT_ASKING if asks_for_visit(words, language)]
    assert (unheard, misheard) == ([], [])


def test_a_request_beside_which_a_family_says_more_is_for_a_person_to_read() -> None:
    alone = (
        ("en", "Hi, can someone please come round to ours this week? Thanks x"),
        ("en", "could you pop round"),
        ("en", "would you be able to come round thursday"),
        ("pl", "Czy ktoś może do nas przyjść?"),
        ("ur", "کوئی ہمارے گھر آ سکتا ہے؟"),
    )
    more = (
        ("en", "could you pop round, my benefits got stopped"),
        ("en", "can someone come round, i cant cope"),
        ("en", "kai is missing can you come round"),
        ("pl", "Czy ktoś może do nas przyjść? Boję się"),
    )
    assert [words for language, words in alone if not asks_for_visit_alone(words, language)] == []
    assert [words for language, words in more if asks_for_visit_alone(words, language)] == []
