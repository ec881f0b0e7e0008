"""How a case stands: staff say it in plain words, and read what follows."""

from __future__ import annotations

import pytest

from bot.rules.status import (
    DESTINATIONS,
    STATUSES,
    Left,
    Said,
    destination_in,
    fault_in,
    follows,
    read,
    with_destination,
)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("stopped early moved away", Said("stopped_early", "moved away")),
        ("Stopped: no answer for weeks", Said("stopped_early", "no answer for weeks")),
        ("back in school since Monday", Said("reintegrating", "since Monday")),
        ("declined support", Said("refused", "")),
        ("engaged", Said("engaged", "")),
        ("completed other AP: all week", Said("completed", "other AP: all week")),
        ("completed mainstream same", Said("completed", "mainstream, same school")),
        ("completed post 16", Said("completed", "post-16")),
        ("on the waiting list", Said("waiting", "")),
    ],
)
def test_plain_words_are_understood(words, said):
    assert read(words) == said


@pytest.mark.parametrize("words", ["", "better", "moved away stopped early"])
def test_what_names_no_status_changes_none(words):
    assert read(words) is None


@pytest.mark.parametrize("status", STATUSES)
def test_a_reason_is_needed_where_a_family_was_lost_and_a_destination_at_the_end(status):
    needed = {"refused", "stopped_early", "completed"}
    assert bool(fault_in(Said(status, ""))) == (status in needed)
    assert bool(fault_in(Said(status, "moved away"))) == (status == "completed")
    assert bool(fault_in(Said(status, "x" * 501)))


@pytest.mark.parametrize("where", DESTINATIONS)
def test_every_destination_is_read_back_from_the_reason(where):
    assert destination_in(with_destination(f"{where} she starts in May")) == where
    assert destination_in(with_destination(where)) == where
    assert fault_in(Said("completed", with_destination(where))) == ""


def test_words_that_only_begin_like_a_destination_are_none():
    assert destination_in("otherwise fine") == ""


def test_what_follows_is_said_before_it_happens():
    left = Left(2, 1, ("Dani",))
    assert follows("Kai", "engaged", "stopped_early", left, "check-ins weekly") == (
        "Kai's case closes: no more automatic texts, and waiting ones are dropped. "
        "2 tasks and 1 promise stay open with Dani."
    )
    assert follows("Kai", "stopped_early", "engaged", left, "check-ins weekly") == (
        "Kai's case is open again: check-ins weekly."
    )
    assert follows("Kai", "offered", "engaged", Left(), "check-ins weekly") == (
        "Kai's case stays open: check-ins weekly."
    )
    one = Left(0, 1, ("Dani", "Tom"))
    assert follows("Kai", "engaged", "refused", one, "").endswith(
        "1 promise stays open with Dani and Tom."
    )
    assert follows("Kai", "refused", "completed", one, "") == "Kai's case stays closed."
