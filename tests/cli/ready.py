"""An installation in which everything is set up and every provider answers, to break one thing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.settings import DEMO
from tests.fakes.answers import Answers, Told
from tests.fakes.telegram import FAMILY_TOKEN, STAFF_TOKEN

SID = "AC" + "0123456789abcdef" * 2
TWILIO_TOKEN, SENDER = "token-of-the-account-1", "+447700900999"
SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
NOTIFY_KEY, TEMPLATE = f"live-{SERVICE}-{SECRET}", "f33517ff-2a88-4f6e-b855-c550268ce08a"
CALLBACK, BOT_SECRET = "callback-token-47", "a-secret-of-the-family-bot"
MONITOR = "a-token-of-the-monitor"
PUBLIC = "https://texts.example.org"
CLOSED = "http://127.0.0.1:9"  # the discard port: nobody listens
ME = {"ok": True, "result": {"id": 1, "is_bot": True, "username": "x", "can_join_groups": False}}
WEBHOOK = {"ok": True, "result": {"url": "", "pending_update_count": 0}}


@dataclass
class Ready:
    """An installation in which everything is set up and everybody answers."""

    installation: Any
    answers: Answers
    patch: pytest.MonkeyPatch
    secrets: list[str] = field(default_factory=list)

    def sets(self, **variables: str) -> None:
        for name, value in variables.items():
            self.patch.setenv(name, value)

    def lines(self, *flags: str, code: int | None = None) -> list[str]:
        said = self.installation.run("check-config", *flags)
        for secret in self.secrets:
            assert secret not in said.out + said.err
        assert "Traceback" not in said.err
        assert code in {None, said.code}, said.out
        parts = [line for line in said.out.splitlines() if re.match(r"[a-z]+ +\w", line)]
        faults = [line for line in parts if line.startswith(("missing", "wrong", "unreachable"))]
        assert said.code == (1 if faults else 0)
        return parts

    def tells(self, state: str, part: str, words: str, *flags: str) -> None:
        """One line and no more says so."""
        found = [line for line in self.lines(*flags) if line.startswith(f"{state:<12}{part}: ")]
        hits = [line for line in found if words in line]
        assert len(hits) == 1, (state, part, words, self.lines(*flags))


def all_well() -> dict[str, Told]:
    """What providers answer when everything is as it should be."""
    ours = {"sms_url": f"{PUBLIC}/webhooks/twilio/message"}
    return {
        f"/Accounts/{SID}.json": (200, {"status": "active", "type": "Full"}),
        "/IncomingPhoneNumbers.json": (200, {"incoming_phone_numbers": [ours]}),
        f"/v2/template/{TEMPLATE}": (200, {"type": "sms", "body": "((message))"}),
        "/getMe": (200, ME),
        "/getWebhookInfo": (200, WEBHOOK),
    }


def everything_set(installation: Any, patch: pytest.MonkeyPatch, answers: Answers) -> Ready:
    """Set every variable of an installation, and make its database."""
    answers.asked.clear()
    answers.told = all_well()
    made = Ready(installation, answers, patch)
    base = answers.base_url
    made.sets(
        KEYWORKER_PUBLIC_URL=PUBLIC, KEYWORKER_TASKFORCE_FILE=str(DEMO / "taskforce.toml"),
        KEYWORKER_METRICS_TOKEN=MONITOR,
        SMS_PROVIDER="twilio", SMS_STAND_IN="notify",
        TWILIO_ACCOUNT_SID=SID, TWILIO_AUTH_TOKEN=TWILIO_TOKEN,
        TWILIO_FROM=SENDER, TWILIO_API_BASE=base,
        NOTIFY_API_KEY=NOTIFY_KEY, NOTIFY_TEMPLATE_ID=TEMPLATE, NOTIFY_CALLBACK_TOKEN=CALLBACK,
        NOTIFY_API_BASE=base,
        FAMILY_BOT_TOKEN=FAMILY_TOKEN, FAMILY_BOT_SECRET=BOT_SECRET,
        STAFF_BOT_TOKEN=STAFF_TOKEN, STAFF_BOT_SECRET=BOT_SECRET[::-1],
        TELEGRAM_API_BASE=base, TELEGRAM_MODE="webhook",
    )  # fmt: skip
    made.secrets = [TWILIO_TOKEN, SENDER, SENDER[1:], SECRET, CALLBACK, BOT_SECRET, MONITOR,
                    FAMILY_TOKEN, STAFF_TOKEN]  # fmt: skip
    assert installation.run("migrate").code == 0
    return made
