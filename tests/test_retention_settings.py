"""How long things are kept is the taskforce's to say, within what the service needs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain import NotReady
from bot.rules.practice import Practice, Retention
from bot.taskforce_file import MOST_DAYS, read_practice


def practice(folder: Path, words: str) -> Practice:
    (folder / "taskforce.toml").write_text(f"[retention]\n{words}\n", encoding="utf-8")
    return read_practice(folder / "taskforce.toml")


def test_without_a_word_it_is_a_month_or_so(tmp_path: Path):
    days = {"received": 35, "knocks": 7, "quarantine": 30, "links": 30, "bodies": 30}
    assert practice(tmp_path, "").retention == Retention(
        **{name: timedelta(days=count) for name, count in days.items()}
    )
    assert Practice().retention == Retention()


def test_every_length_can_be_set_in_days(tmp_path: Path):
    names = ("received", "knock", "quarantine", "link", "body")
    words = "\n".join(f"{name}_days = {days}" for days, name in enumerate(names, 10))
    kept = practice(tmp_path, words).retention
    lengths = (kept.received, kept.knocks, kept.quarantine, kept.links, kept.bodies)
    assert lengths == tuple(timedelta(days=days) for days in range(10, 15))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("body_days = 0", "retention.body_days is 0, not 1 to"),
        ("body_days = -5", "retention.body_days is -5"),
        ("received_days = 7", "retention.received_days is 7, not 8 to"),
        (f"link_days = {MOST_DAYS + 1}", "retention.link_days"),
        ('body_days = "a month"', "retention.body_days cannot be 'a month'"),
        ("bodies_days = 9", "retention.bodies_days is no setting."),
        ("body_days = true", "retention.body_days cannot be True"),
    ],
)
def test_a_length_that_would_do_harm_is_refused(tmp_path: Path, words: str, said: str):
    with pytest.raises(NotReady, match=said):
        practice(tmp_path, words)
