"""Settings: the environment, turned into frozen values or refused."""

from __future__ import annotations

import csv
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_core import PydanticKnownError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.channels import SMS_PROVIDERS
from bot.domain import NotReady
from bot.rules.crisis import Lexicon, build_lexicon
from bot.rules.register_keys import RegisterKey, read_keys

DATA = Path(__file__).parent / "data"
DEMO = DATA / "demo"


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
    register_key_list: SecretStr = Field(SecretStr(""), validation_alias="KEYWORKER_REGISTER_KEY")
    register_folder: Path | None = Field(None, validation_alias="KEYWORKER_REGISTER_FOLDER")
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

    @property
    def register_keys(self) -> tuple[RegisterKey, ...]:
        """The keys with which school systems bring registers; `NotReady` if one is no key."""
        try:
            return read_keys(self.register_key_list.get_secret_value())
        except ValueError as error:
            raise NotReady(f"KEYWORKER_REGISTER_KEY {error}.") from None


def read_settings(**given: Any) -> Settings:
    """Read the environment, or raise `NotReady` naming the variable and never its value."""
    try:
        return Settings(**given)
    except ValidationError as error:
        names = ", ".join(str(fault["loc"][0]) for fault in error.errors())
        raise NotReady(f"Cannot read {names}: see .env.example for what it may be.") from None


def read_lexicon() -> Lexicon:
    """Build the crisis patterns, the checked-in phrases added."""
    return build_lexicon(list(csv.DictReader(StringIO(_data("crisis_phrases.csv")))))


def _data(name: str) -> str:
    return (DATA / name).read_text(encoding="utf-8")
