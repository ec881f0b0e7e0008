"""`check-config` about the keys of school systems: how many, never which."""

from __future__ import annotations

import pytest

from bot.cli.checks import environment
from bot.domain import NotReady
from bot.settings import read_settings

ONE, TWO = "k" * 32, "q" * 32


def found(words: str) -> list[tuple[str, str]]:
    settings = read_settings(KEYWORKER_REGISTER_KEY=words)
    return [(one.state, one.words) for one in environment.registers(settings)]


def test_it_counts_the_keys_and_those_of_one_school():
    [(state, text)] = found(f"council={ONE},millrace@Millrace Centre={TWO}")
    assert (state, "Keys: 2, of which for one school only: 1." in text) == ("ok", True)
    assert found("") == []


def test_a_slip_is_found_here_and_stops_the_service_from_starting():
    [(state, text)] = found(f"council={ONE},millrace=short")
    assert state == "wrong"
    assert text.startswith("KEYWORKER_REGISTER_KEY has a key 2 that is not 32 or more")
    with pytest.raises(NotReady, match="KEYWORKER_REGISTER_KEY has a key 1"):
        _ = read_settings(KEYWORKER_REGISTER_KEY="council=short,millrace=short").register_keys
