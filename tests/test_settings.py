"""Settings: whole, or refused in words that name the variable and never its value."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.app import service_keys
from bot.providers import build_providers, check_provider
from bot.rules.practice import Practice, Span
from bot.settings import DEMO, NotReady, Settings, read_lexicon, read_settings
from bot.taskforce_file import read_practice
from storage.keys import new_keys

EXAMPLE = Path(__file__).parent.parent / ".env.example"
SECRET = "very-secret-value-4711"
TWILIO = {
    "SMS_PROVIDER": "twilio",
    "TWILIO_ACCOUNT_SID": "AC0",
    "TWILIO_AUTH_TOKEN": SECRET,
    "TWILIO_FROM": "+447700900000",
    "KEYWORKER_PUBLIC_URL": "https://keyworker.example",
}
NOTIFY = {
    "SMS_PROVIDER": "notify",
    "NOTIFY_API_KEY": "school-" + "-".join(["00000000-0000-4000-8000-000000000001"] * 2),
    "NOTIFY_TEMPLATE_ID": "00000000-0000-4000-8000-000000000002",
    "NOTIFY_CALLBACK_TOKEN": SECRET,
}


def moment():
    return datetime(2026, 12, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


def with_environment(monkeypatch, **variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return read_settings()


def refused(act, *given):
    with pytest.raises(NotReady) as refusal:
        act(*given)
    assert SECRET not in str(refusal.value)
    assert refusal.value.__cause__ is None
    return str(refusal.value)


def test_with_nothing_set_it_runs_on_sqlite_and_sends_nothing():
    settings = read_settings()
    assert settings.url == "sqlite:///data/keyworker.sqlite"
    assert settings.sms_provider == "simulator"
    assert settings.host == "127.0.0.1"
    check_provider(settings)


def test_the_example_as_it_stands_is_the_same_as_nothing(monkeypatch):
    lines = [line for line in EXAMPLE.read_text().splitlines() if line and line[0] != "#"]
    bare = read_settings()
    settings = with_environment(monkeypatch, **dict(line.split("=", 1) for line in lines))
    assert settings.model_dump() == bare.model_dump()


def test_the_example_names_every_setting_the_service_knows():
    named = re.findall(r"^([A-Z_]+)=", EXAMPLE.read_text(), re.MULTILINE)
    assert {field.validation_alias for field in Settings.model_fields.values()} <= set(named)


def test_another_database_is_taken_as_given(monkeypatch):
    url = "postgresql+asyncpg://keyworker@localhost/keyworker"
    assert with_environment(monkeypatch, KEYWORKER_DATABASE_URL=url).url == url


@pytest.mark.parametrize(
    "missing", ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM", "KEYWORKER_PUBLIC_URL"]
)
def test_half_a_twilio_names_what_is_missing_and_no_value(monkeypatch, missing):
    settings = with_environment(monkeypatch, **{**TWILIO, missing: ""})
    assert refused(check_provider, settings) == f"SMS_PROVIDER is twilio, so please set {missing}."


def test_no_twilio_at_all_names_everything(monkeypatch):
    said = refused(check_provider, with_environment(monkeypatch, SMS_PROVIDER="twilio"))
    assert all(name in said for name in TWILIO if name != "SMS_PROVIDER")


def test_a_whole_twilio_is_ready(monkeypatch):
    check_provider(with_environment(monkeypatch, **TWILIO))


@pytest.mark.parametrize("missing", ["API_KEY", "TEMPLATE_ID", "CALLBACK_TOKEN"])
def test_half_a_notify_names_what_is_missing_and_no_value(monkeypatch, missing):
    settings = with_environment(monkeypatch, **{**NOTIFY, f"NOTIFY_{missing}": ""})
    said = refused(check_provider, settings)
    assert said == f"SMS_PROVIDER is notify, so please set NOTIFY_{missing}."


def test_a_whole_notify_is_ready_and_needs_no_twilio(monkeypatch):
    settings = with_environment(monkeypatch, **NOTIFY)
    check_provider(settings)
    assert [one.name for one in build_providers(settings, moment)] == ["notify"]


@pytest.mark.parametrize("name", ["API_KEY", "TEMPLATE_ID", "CALLBACK_TOKEN"])
def test_a_notify_value_that_cannot_be_right_is_named_and_never_shown(monkeypatch, name):
    wrong = SECRET[:9] if name == "CALLBACK_TOKEN" else SECRET
    settings = with_environment(monkeypatch, **{**NOTIFY, f"NOTIFY_{name}": wrong})
    said = refused(check_provider, settings)
    assert said.startswith(f"NOTIFY_{name} ")
    assert wrong not in said


def test_whoever_asks_twilio_for_messages_needs_no_public_address(monkeypatch):
    unseen = {**TWILIO, "KEYWORKER_PUBLIC_URL": ""}
    check_provider(with_environment(monkeypatch, **unseen, TWILIO_INBOUND="poll"))
    said = refused(check_provider, with_environment(monkeypatch, **unseen, TWILIO_INBOUND="both"))
    assert said == "SMS_PROVIDER is twilio, so please set KEYWORKER_PUBLIC_URL."


@pytest.mark.parametrize(
    "name", ["KEYWORKER_PORT", "SMS_PROVIDER", "SMS_STAND_IN", "TWILIO_INBOUND"]
)
def test_a_value_that_cannot_be_names_the_variable_and_never_the_value(monkeypatch, name):
    monkeypatch.setenv(name, SECRET)
    assert refused(read_settings) == f"Cannot read {name}: see .env.example for what it may be."


def test_secrets_are_not_shown_by_accident(monkeypatch):
    settings = with_environment(
        monkeypatch, TWILIO_AUTH_TOKEN=SECRET, KEYWORKER_KEYS=SECRET, KEYWORKER_INDEX_KEY=SECRET
    )
    assert SECRET not in f"{settings!r} {settings}"


def test_without_keys_it_says_how_to_make_them(monkeypatch):
    assert "python -m bot keys new" in refused(service_keys, read_settings())
    seal, index = new_keys()
    half = with_environment(monkeypatch, KEYWORKER_KEYS=seal)
    assert "KEYWORKER_INDEX_KEY" in refused(service_keys, half)
    bad = with_environment(monkeypatch, KEYWORKER_KEYS=SECRET, KEYWORKER_INDEX_KEY=index)
    assert refused(service_keys, bad) == "KEYWORKER_KEYS holds something that is no key."
    service_keys(with_environment(monkeypatch, KEYWORKER_KEYS=seal, KEYWORKER_INDEX_KEY=index))


def test_a_taskforce_file_in_the_data_folder_is_found(monkeypatch, tmp_path):
    monkeypatch.setenv("KEYWORKER_DATA_DIR", str(tmp_path))
    assert read_settings().taskforce_file is None
    (tmp_path / "taskforce.toml").write_text('name = "Ours"')
    assert read_practice(read_settings().taskforce_file).name == "Ours"
    other = tmp_path / "other.toml"
    monkeypatch.setenv("KEYWORKER_TASKFORCE_FILE", str(other))
    assert read_settings().taskforce_file == other


def test_without_a_taskforce_file_the_defaults_are_careful():
    practice = read_practice(None)
    assert practice == Practice()
    assert practice.languages == {"en"}
    assert not practice.notices_shown
    assert not practice.proven_on_import


def practice_of(tmp_path, text):
    path = tmp_path / "taskforce.toml"
    path.write_text(text, encoding="utf-8")
    return read_practice(path)


def test_marlbridges_file_says_how_marlbridge_works():
    practice = read_practice(DEMO / "taskforce.toml")
    assert practice.languages == {"en", "pl", "ur"}
    assert (practice.manager, practice.safeguarding_lead) == ("HM", "JL")
    assert practice.out_of_hours == ("JL", "HM")
    assert practice.sending_week == {
        **dict.fromkeys(range(5), Span(time(8), time(20))), 5: Span(time(10), time(17))
    }  # fmt: skip
    assert date(2026, 12, 25) in practice.calendar.bank_holidays
    assert date(2026, 12, 3) in practice.calendar.school_days
    assert practice.undo == timedelta(seconds=10)
    assert practice.notices_shown


def test_what_a_file_says_counts_and_the_rest_stays_as_it_was(tmp_path):
    practice = practice_of(
        tmp_path, '[check_in]\nday = "wed"\nat = "10:00"\nin_holidays = true\n[caps]\n'
        "per_family_per_week = 2\n[people]\nduty = ['A', 'B']\n"
    )  # fmt: skip
    assert (practice.check_in.weekday, practice.check_in.at) == (2, time(10))
    assert practice.wants_holiday_check_ins
    assert (practice.caps.per_day, practice.caps.per_week) == (1, 2)
    assert practice.duty == ("A", "B")
    assert practice.sending_week == replace(Practice()).sending_week


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[languages", "Expected ']'"),
        ('[languages]\napproved = ["en", "xx"]', "languages.approved names ['xx']"),
        ('[desk.notices]\nwords = "shown"', '"shown" needs approved_by and approved_on'),
        ('[desk.notices]\nwords = "shown"\napproved_by = "HM"', "approved_on"),
        ('[quiet_hours]\nfunday = "08:00-20:00"', "funday"),
        ('[quiet_hours]\nmon = "8 to 8"', "8 to 8"),
        ('[quiet_hours]\nmon = "20:00-08:00"', "20:00-08:00"),
        ('[check_in]\nday = "thursday"', "thursday"),
        ('[check_in]\nat = "quarter to four"', "quarter to four"),
        ('[calendar]\nfile = "nowhere.csv"', "nowhere.csv"),
        ("[people]\nduty = 'MB'", "people.duty"),
        ('people = "MB"', "people"),
        ('[caps]\nper_family_per_day = "one"', "caps.per_family_per_day"),
        ('[quite_hours]\nmon = "08:00-20:00"', "quite_hours"),
        ('[people]\nmanger = "HM"', "people.manger"),
    ],
)
def test_a_fault_in_the_file_is_named_in_clear_words(tmp_path, text, words):
    said = refused(practice_of, tmp_path, text)
    assert said.startswith("taskforce.toml cannot be used: ")
    assert words in said
    assert "tuple.index" not in said


def test_a_calendar_with_an_unknown_kind_of_day_is_refused(tmp_path):
    (tmp_path / "days.csv").write_text("date,type\n2026-12-03,schoolday\n")
    assert "'schoolday' is no kind of day" in refused(
        practice_of, tmp_path, '[calendar]\nfile = "days.csv"'
    )


def test_the_crisis_phrases_that_are_checked_in_can_be_read():
    assert read_lexicon()
