"""What a family reads of a visit may be changed for one child; what only staff read stays out."""

from __future__ import annotations

import pytest

from bot.i18n import put
from bot.rules.visit_kinds import KINDS
from bot.rules.visit_labels import Names, Wish, fault_in, kind_named, read_wish, surnames_of

NAMES = Names(frozenset({"Thornton", "Whitaker", "Young"}), frozenset({"Jayden", "Summer"}))


@pytest.mark.parametrize(
    ("typed", "wish"),
    [
        ("therapeutic_support = time with Tom", Wish("therapeutic_support", "time with Tom")),
        ("therapy=time  with Tom.", Wish("therapeutic_support", "time with Tom")),
        ("Talking Sessions = “time with Tom”", Wish("therapeutic_support", "time with Tom")),
        ("EP visit = a chat about learning", Wish("ep_assessment", "a chat about learning")),
        ("the yj session = time with Sean", Wish("youth_work", "time with Sean")),
        ("mentoring off", Wish("mentoring", ends=True)),
        ("mentoring = usual", Wish("mentoring", ends=True)),
        ("youth justice assessment", Wish("youth_justice_assessment")),
        ("mentoring", Wish("mentoring")),
        ("mentoring and reading = a club", Wish("", "a club")),
        ("mentoring thursday = a club", Wish("", "a club")),
        ("= time with Tom", Wish("", "time with Tom")),
    ],
)
def test_a_kind_is_named_as_staff_write_it(typed: str, wish: Wish) -> None:
    assert read_wish(typed) == wish


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_found_by_its_key_and_by_its_name(kind: str) -> None:
    assert kind_named(kind) == kind_named(KINDS[kind].name) == kind


@pytest.mark.parametrize("language", ["en", "pl", "ur"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_usual_words_of_every_kind_would_pass(kind: str, language: str) -> None:
    assert fault_in(put(KINDS[kind].label, language, {}), NAMES) == ""


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS.values() if kind.name.lower() not in kind.label.source]
)
def test_no_name_among_staff_passes(kind) -> None:
    assert fault_in(kind.name.lower(), NAMES)
    assert fault_in(kind.name, NAMES)


@pytest.mark.parametrize(
    "words",
    ["time with Tom", "a walk and a talk", "cooking club", "football, with Sean", "Kai's hour",
     "young helpers", "summer club", "czas z Tomem", "spotkanie z Seanem", "ٹام کے ساتھ وقت",
     "time with a learning specialist", "a chat with your support worker"],
)  # fmt: skip
def test_plain_words_pass(words: str) -> None:
    assert fault_in(words, NAMES) == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("time with the therapist", "“therapist” tells whoever sees the phone"),
        ("youth justice chat", "“youth justice” tells"),
        ("YOT with Sean", "tells"),
        ("CAMHS", "tells"),
        ("a CP meeting", "“CP” tells"),
        ("time with the mental health practitioner", "“mental health” tells"),
        ("the speech and language therapist", "tells"),
        ("an E.P. chat", "letters only"),
        ("an EP chat", "“EP” tells"),
        ("ADHD club", "tells"),
        ("a home visit for Kai", "“Home visit” is the name among staff"),
        ("spotkanie z psychologiem", "“psycholog"),
        ("terapia z Tomem", "“terapia” tells"),
        ("نفسیاتی مدد", "tells"),
        ("time with Tom Whitaker", "“Whitaker” is a surname"),
        ("Thornton's hour", "“Thornton” is a surname"),
        ("time with Jayden", "“Jayden” is another child here"),
        ("1 to 1 with Tom", "letters only"),
        ("Tom = 1", "letters only"),
        ("see https://x.org", "letters only"),
        ("club 🙂", "letters only"),
        ("{person}", "letters only"),
        ("a very long and winding talk about all sorts of things", "at most 40 letters"),
    ],
)
def test_what_only_staff_may_read_is_refused(words: str, says: str) -> None:
    assert says in fault_in(words, NAMES)


def test_surnames_are_all_but_the_first_name() -> None:
    assert surnames_of(["Ana Maria de Souza", "Kai Thornton", "Mo"]) == {
        "Maria", "Souza", "Thornton",
    }  # fmt: skip
