"""Settings: the environment and `taskforce.toml`, turned into frozen values or refused."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from datetime import date, time, timedelta
from functools import cached_property
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_core import PydanticKnownError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.channels import SMS_PROVIDERS
from bot.domain import NotReady
from bot.i18n import languages
from bot.imports.faults import did_you_mean
from bot.rules.calendar import calendar_from_days
from bot.rules.crisis import Lexicon, build_lexicon
from bot.rules.practice import Calendar, Caps, CheckInRhythm, Practice, Retention, Span

DATA = Path(__file__).parent / "data"
DEMO = DATA / "demo"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_DAYS = 3660
KEPT = {
    "received_days": "received",
    "knock_days": "knocks",
    "quarantine_days": "quarantine",
    "link_days": "links",
    "body_days": "bodies",
}
SHAPE: Mapping[str, Any] = {  # every name `taskforce.toml` may hold, and what stands behind it
    "name": str,
    "languages": {"approved": list},
    "calendar": {"file": str},
    "quiet_hours": dict.fromkeys(WEEKDAYS, str),
    "caps": {"per_family_per_day": int, "per_family_per_week": int, "people_per_day": int},
    "retention": dict.fromkeys(KEPT, int),
    "check_in": {"day": str, "at": str, "on_shift_for_minutes": int, "in_holidays": bool},
    "helplines": {"file": str},  # rows that take the place of ours; `check-config` reads them
    "people": {"manager": str, "safeguarding_lead": str, "duty": list, "out_of_hours": list},
    "desk": {
        "undo_seconds": int,
        "notices": {"words": str, "approved_by": str, "approved_on": date},
    },
}


def _one_of(*names: str) -> AfterValidator:
    """Take one of these names, or refuse it as a wrong word is refused everywhere."""

    def known(name: str) -> str:
        if name not in names:
            *others, last = [repr(one) for one in names if one]
            expected = f"{', '.join(others)} or {last}"
            raise PydanticKnownError("literal_error", {"expected": expected})
        return name

    return AfterValidator(known)


Carrier: TypeAlias = Annotated[str, _one_of(*SMS_PROVIDERS, "simulator")]
StandIn: TypeAlias = Annotated[str, _one_of("", *SMS_PROVIDERS)]


class Settings(BaseSettings):
    """Everything the environment may say. `.env.example` explains each."""

    model_config = SettingsConfigDict(extra="ignore", env_file=None, env_ignore_empty=True)

    database_url: str = Field("", validation_alias="KEYWORKER_DATABASE_URL")
    data_dir: Path = Field(Path("data"), validation_alias="KEYWORKER_DATA_DIR")
    keys: SecretStr = Field(SecretStr(""), validation_alias="KEYWORKER_KEYS")
    index_key: SecretStr = Field(SecretStr(""), validation_alias="KEYWORKER_INDEX_KEY")
    public_url: str = Field("", validation_alias="KEYWORKER_PUBLIC_URL")
    host: str = Field("127.0.0.1", validation_alias="KEYWORKER_HOST")
    port: int = Field(8000, validation_alias="KEYWORKER_PORT")
    metrics_token: SecretStr = Field(SecretStr(""), validation_alias="KEYWORKER_METRICS_TOKEN")
    taskforce_file: Path | None = Field(None, validation_alias="KEYWORKER_TASKFORCE_FILE")
    sms_provider: Carrier = Field("simulator", validation_alias="SMS_PROVIDER")
    sms_stand_in: StandIn = Field("", validation_alias="SMS_STAND_IN")
    twilio_account_sid: str = Field("", validation_alias="TWILIO_ACCOUNT_SID")
    twilio_auth_token: SecretStr = Field(SecretStr(""), validation_alias="TWILIO_AUTH_TOKEN")
    twilio_from: str = Field("", validation_alias="TWILIO_FROM")
    twilio_api_base: str = Field("", validation_alias="TWILIO_API_BASE")
    twilio_inbound: Literal["webhook", "poll", "both"] = Field(
        "webhook", validation_alias="TWILIO_INBOUND"
    )
    twilio_webhook_key: SecretStr = Field(SecretStr(""), validation_alias="TWILIO_WEBHOOK_KEY")
    notify_api_key: SecretStr = Field(SecretStr(""), validation_alias="NOTIFY_API_KEY")
    notify_template_id: str = Field("", validation_alias="NOTIFY_TEMPLATE_ID")
    notify_callback_token: SecretStr = Field(
        SecretStr(""), validation_alias="NOTIFY_CALLBACK_TOKEN"
    )
    notify_api_base: str = Field("", validation_alias="NOTIFY_API_BASE")

    family_bot_token: SecretStr = Field(SecretStr(""), validation_alias="FAMILY_BOT_TOKEN")
    family_bot_secret: SecretStr = Field(SecretStr(""), validation_alias="FAMILY_BOT_SECRET")
    staff_bot_token: SecretStr = Field(SecretStr(""), validation_alias="STAFF_BOT_TOKEN")
    staff_bot_secret: SecretStr = Field(SecretStr(""), validation_alias="STAFF_BOT_SECRET")
    telegram_api_base: str = Field("", validation_alias="TELEGRAM_API_BASE")
    telegram_mode: Literal["webhook", "polling"] = Field(
        "polling", validation_alias="TELEGRAM_MODE"
    )

    @model_validator(mode="after")
    def _taskforce_in_the_data_folder(self) -> Settings:
        kept = self.data_dir / "taskforce.toml"
        if self.taskforce_file is None and kept.exists():
            self.taskforce_file = kept
        return self

    @cached_property
    def url(self) -> str:
        """The database's address; SQLite in the data folder if none is given."""
        return self.database_url or f"sqlite:///{self.data_dir / 'keyworker.sqlite'}"


def read_settings(**given: Any) -> Settings:
    """Read the environment, or raise `NotReady` naming the variable and never its value."""
    try:
        return Settings(**given)
    except ValidationError as error:
        names = ", ".join(str(fault["loc"][0]) for fault in error.errors())
        raise NotReady(f"Cannot read {names}: see .env.example for what it may be.") from None


def read_practice(path: Path | None) -> Practice:
    """Read `taskforce.toml`; without a file, careful defaults in English only."""
    if path is None:
        return Practice()
    try:
        kept = tomllib.loads(path.read_text(encoding="utf-8"))
        _check(kept, SHAPE, "")
        return _practice(kept, path.parent)
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as error:
        raise NotReady(f"{path.name} cannot be used: {error}") from None


def read_lexicon() -> Lexicon:
    """Build the crisis patterns, the checked-in phrases added."""
    return build_lexicon(list(csv.DictReader(StringIO(_data("crisis_phrases.csv")))))


def _data(name: str) -> str:
    return (DATA / name).read_text(encoding="utf-8")


def _check(kept: Mapping[str, Any], shape: Mapping[str, Any], place: str) -> None:
    """Refuse a name nobody reads: misspelt, it would leave a default in force unseen."""
    for name, value in kept.items():
        if name not in shape:
            raise ValueError(f"{place}{name} is no setting.{did_you_mean(name, shape)}")
        wanted = shape[name]
        if type(value) is not (wanted if isinstance(wanted, type) else dict):
            raise ValueError(f"{place}{name} cannot be {value!r}")
        if isinstance(value, dict):
            _check(value, wanted, f"{place}{name}.")


def _practice(kept: Mapping[str, Any], folder: Path) -> Practice:
    people, check_in = kept.get("people", {}), kept.get("check_in", {})
    desk, caps = kept.get("desk", {}), kept.get("caps", {})
    defaults = Practice()
    return Practice(
        name=kept.get("name", defaults.name),
        languages=_languages(kept),
        calendar=_calendar(kept, folder),
        sending_week=_week(kept["quiet_hours"]) if "quiet_hours" in kept else defaults.sending_week,
        caps=Caps(
            caps.get("per_family_per_day", 1),
            caps.get("per_family_per_week", 3),
            caps.get("people_per_day", 2),
        ),
        retention=_retention(kept.get("retention", {})),
        check_in=_rhythm(check_in),
        wants_holiday_check_ins=bool(check_in.get("in_holidays", False)),
        undo=timedelta(seconds=int(desk.get("undo_seconds", 10))),
        manager=people.get("manager", ""),
        safeguarding_lead=people.get("safeguarding_lead", ""),
        duty=tuple(people.get("duty", ())),
        out_of_hours=tuple(people.get("out_of_hours", ())),
        notices_shown=_shown(desk.get("notices", {})),
    )


def _languages(kept: Mapping[str, Any]) -> frozenset[str]:
    approved = frozenset(kept.get("languages", {}).get("approved", ["en"])) | {"en"}
    unknown = approved - set(languages())
    if unknown:
        raise ValueError(
            f"languages.approved names {sorted(unknown)}: there is no catalogue for it"
        )
    return approved


def _calendar(kept: Mapping[str, Any], folder: Path) -> Calendar:
    name = kept.get("calendar", {}).get("file")
    if not name:
        return calendar_from_days([])
    with (folder / name).open(encoding="utf-8", newline="") as rows:
        return calendar_from_days(
            (date.fromisoformat(row["date"]), row["type"]) for row in csv.DictReader(rows)
        )


def _week(kept: Mapping[str, str]) -> Mapping[int, Span]:
    return MappingProxyType({WEEKDAYS.index(day): _span(hours) for day, hours in kept.items()})


def _span(hours: str) -> Span:
    start, _dash, end = hours.partition("-")
    span = Span(time.fromisoformat(start), time.fromisoformat(end))
    if span.start >= span.end:
        raise ValueError(f"{hours} ends before it begins")
    return span


def _rhythm(kept: Mapping[str, Any]) -> CheckInRhythm:
    if kept.get("day", "thu") not in WEEKDAYS:
        raise ValueError(f"check_in.day is {kept['day']!r}, not one of {', '.join(WEEKDAYS)}")
    return CheckInRhythm(
        weekday=WEEKDAYS.index(kept.get("day", "thu")),
        at=time.fromisoformat(kept.get("at", "15:45")),
        on_shift_for=timedelta(minutes=int(kept.get("on_shift_for_minutes", 60))),
    )


def _retention(kept: Mapping[str, int]) -> Retention:
    """Read how many days things are kept; the weekly check-in must still know last week's."""
    for name, days in kept.items():
        fewest = 8 if name == "received_days" else 1
        if not fewest <= days <= MOST_DAYS:
            raise ValueError(f"retention.{name} is {days}, not {fewest} to {MOST_DAYS} days")
    return Retention(**{KEPT[name]: timedelta(days=days) for name, days in kept.items()})


def _shown(kept: Mapping[str, Any]) -> bool:
    if kept.get("words", "discreet") != "shown":
        return False
    if not (kept.get("approved_by") and kept.get("approved_on")):
        raise ValueError('desk.notices.words = "shown" needs approved_by and approved_on')
    return True
