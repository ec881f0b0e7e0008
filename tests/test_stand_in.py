"""A second provider of texts stands in only where somebody said so."""

from __future__ import annotations

import pytest

from bot.providers import build_providers, check_provider
from tests.test_settings import NOTIFY, TWILIO, moment, refused, with_environment


def test_a_second_provider_stands_in_only_where_somebody_said_so(monkeypatch):
    both = {**NOTIFY, **TWILIO}
    alone = with_environment(monkeypatch, **both)
    assert [one.name for one in build_providers(alone, moment)] == ["twilio"]
    settings = with_environment(monkeypatch, **both, SMS_STAND_IN="notify")
    check_provider(settings)
    assert [one.name for one in build_providers(settings, moment)] == ["twilio", "notify"]


def test_a_second_provider_that_nobody_hears_is_said_so_at_the_start(monkeypatch, caplog):
    both = {**NOTIFY, **TWILIO}
    check_provider(with_environment(monkeypatch, **both))
    assert "who writes to its number is not heard" in caplog.text
    caplog.clear()
    check_provider(with_environment(monkeypatch, **both, SMS_STAND_IN="notify"))
    assert caplog.text == ""


def test_half_a_stand_in_names_what_is_missing(monkeypatch):
    settings = with_environment(monkeypatch, **{**TWILIO, "SMS_STAND_IN": "notify"})
    said = refused(check_provider, settings)
    assert said.startswith("SMS_STAND_IN is notify, so please set NOTIFY_API_KEY")


@pytest.mark.parametrize(
    ("provider", "words"),
    [("twilio", "names the provider that carries texts anyway"), ("simulator", "is simulator")],
)
def test_nobody_stands_in_for_itself_or_for_a_simulator(monkeypatch, provider, words):
    given = {**TWILIO, "SMS_PROVIDER": provider, "SMS_STAND_IN": "twilio"}
    assert words in refused(check_provider, with_environment(monkeypatch, **given))
