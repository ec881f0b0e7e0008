"""`check-config` with each setting missing, wrong and unreachable: a clear sentence each."""

from __future__ import annotations

import base64
import re

import pytest

from tests.cli.ready import CLOSED, PUBLIC, SID, TEMPLATE, TWILIO_TOKEN
from tests.fakes.telegram import FAMILY_TOKEN, STAFF_TOKEN

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_when_all_is_well_every_part_says_so_and_everybody_was_asked(ready):
    lines = ready.lines(code=0)
    well = {line[12:].partition(":")[0] for line in lines if line.startswith("ok ")}
    assert well >= {"keys", "database", "taskforce file", "web server", "public address",
                    "SMS provider", "twilio", "twilio number", "notify", "family bot",
                    "staff bot", "replies"}  # fmt: skip
    paths = [path for path, _proof in ready.answers.asked]
    assert len(paths) == 7
    proofs = {proof for path, proof in ready.answers.asked if SID in path}
    assert proofs == {"Basic " + base64.b64encode(f"{SID}:{TWILIO_TOKEN}".encode()).decode()}


def test_offline_nobody_is_asked(ready):
    lines = ready.lines("--offline", code=0)
    assert ready.answers.asked == []
    assert sum("nobody asked" in line for line in lines) == 4


def first(told: dict, otherwise: dict) -> dict:
    """What is told before anything else that would fit."""
    return told | {path: said for path, said in otherwise.items() if path not in told}


MISSING = [
    ("KEYWORKER_KEYS", "keys", "KEYWORKER_KEYS is not set: `python -m bot keys new`"),
    ("KEYWORKER_INDEX_KEY", "keys", "KEYWORKER_INDEX_KEY is not set"),
    ("KEYWORKER_PUBLIC_URL", "public address", "Twilio and Telegram would have to call it"),
    ("TWILIO_ACCOUNT_SID", "twilio", "TWILIO_ACCOUNT_SID is not set: Twilio's console"),
    ("TWILIO_AUTH_TOKEN", "twilio", "TWILIO_AUTH_TOKEN is not set: Twilio's console"),
    ("TWILIO_FROM", "twilio", "TWILIO_FROM is not set: the number"),
    ("FAMILY_BOT_TOKEN", "family bot", "FAMILY_BOT_TOKEN is not: BotFather gives it"),
    ("STAFF_BOT_TOKEN", "staff bot", "STAFF_BOT_TOKEN is not: BotFather gives it"),
    ("FAMILY_BOT_SECRET", "family bot", "FAMILY_BOT_SECRET has to be 16 to 256"),
    ("STAFF_BOT_SECRET", "staff bot", "STAFF_BOT_SECRET has to be 16 to 256"),
]


@pytest.mark.parametrize(("name", "part", "words"), MISSING)
def test_what_is_missing_is_named_with_where_to_find_it(ready, name, part, words):
    ready.sets(**{name: ""})
    ready.tells("missing", part, words)


@pytest.mark.parametrize("name", ["NOTIFY_API_KEY", "NOTIFY_TEMPLATE_ID", "NOTIFY_CALLBACK_TOKEN"])
def test_a_provider_in_use_needs_all_of_it_and_one_that_is_not_is_worth_a_look(ready, name):
    ready.sets(**{name: ""})
    ready.tells("missing", "notify", f"{name} is not set: ")
    ready.sets(SMS_STAND_IN="")
    ready.tells("look", "notify", f"{name} is not set, so notify cannot be used")
    ready.sets(SMS_PROVIDER="notify")
    ready.tells("missing", "notify", f"{name} is not set: ")


def test_a_provider_that_is_set_up_and_used_by_nothing_is_worth_a_look(ready):
    ready.tells("ok", "SMS provider", "twilio carries texts, and notify stands in")
    ready.sets(SMS_STAND_IN="")
    ready.tells("ok", "SMS provider", "twilio carries texts, and nobody stands in")
    ready.tells("look", "notify", "SMS_STAND_IN=notify would have it stand in")


def test_who_carries_texts_cannot_stand_in_for_itself(ready):
    ready.sets(SMS_STAND_IN="twilio")
    ready.tells("wrong", "SMS provider", "SMS_STAND_IN names the provider that carries texts")


def test_a_key_that_is_none_is_named_beside_one_that_is_missing(ready):
    ready.sets(KEYWORKER_KEYS="no-key-at-all", KEYWORKER_INDEX_KEY="")
    ready.tells("wrong", "keys", "KEYWORKER_KEYS holds something that is no key")
    ready.tells("missing", "keys", "KEYWORKER_INDEX_KEY is not set")


WRONG = [
    ("KEYWORKER_DATABASE_URL", "mysql://here/there", "database", "has to begin with sqlite:///"),
    ("KEYWORKER_DATABASE_URL", "postgresql://u:p4ss@h/n", "database", "postgresql+asyncpg://"),
    ("KEYWORKER_DATABASE_URL", "no address", "database", "cannot be read as an address"),
    ("KEYWORKER_KEYS", "no-key-at-all", "keys", "holds something that is no key"),
    ("KEYWORKER_PORT", "eighty", "settings", "KEYWORKER_PORT has to be a whole number"),
    ("KEYWORKER_PORT", "99999", "web server", "has to be from 1 to 65535"),
    ("KEYWORKER_METRICS_TOKEN", "short", "metrics", "KEYWORKER_METRICS_TOKEN is too short"),
    ("KEYWORKER_PUBLIC_URL", "http://texts.example.org", "public address", "begin with https://"),
    ("KEYWORKER_PUBLIC_URL", PUBLIC + "/", "public address", "must not end with a slash"),
    ("KEYWORKER_PUBLIC_URL", "https://localhost", "public address", "the world is to use it"),
    ("KEYWORKER_PUBLIC_URL", "https://127.0.0.1:80", "public address", "the world is to use it"),
    ("KEYWORKER_PUBLIC_URL", "https://u:p@h.example", "public address", "user or password"),
    ("KEYWORKER_PUBLIC_URL", "https://h.example?x=1", "public address", "question mark"),
    ("KEYWORKER_PUBLIC_URL", "https://h:port", "public address", "cannot be read"),
    ("SMS_PROVIDER", "pigeon", "settings", "SMS_PROVIDER has to be 'twilio', 'notify'"),
    ("TWILIO_INBOUND", "pigeon", "settings", "TWILIO_INBOUND has to be 'webhook', 'poll'"),
    ("TELEGRAM_MODE", "pigeon", "settings", "TELEGRAM_MODE has to be 'webhook' or 'polling'"),
    ("TWILIO_ACCOUNT_SID", "AC12", "twilio", "TWILIO_ACCOUNT_SID has to be AC and 32"),
    ("TWILIO_FROM", "Marlbridge-AP", "twilio", "TWILIO_FROM has to be a number"),
    ("TWILIO_API_BASE", "ftp://x", "twilio", "TWILIO_API_BASE has to begin with https://"),
    ("NOTIFY_API_KEY", "half-a-key", "notify", "NOTIFY_API_KEY has to be a name and two ids"),
    ("NOTIFY_TEMPLATE_ID", "check-in", "notify", "NOTIFY_TEMPLATE_ID has to be the id"),
    ("NOTIFY_CALLBACK_TOKEN", "short", "notify", "NOTIFY_CALLBACK_TOKEN needs 10 or more"),
    ("NOTIFY_API_BASE", "nowhere", "notify", "NOTIFY_API_BASE has to begin with https://"),
    ("FAMILY_BOT_TOKEN", "12345:short", "family bot", "FAMILY_BOT_TOKEN is no bot token"),
    ("STAFF_BOT_TOKEN", FAMILY_TOKEN, "staff bot", "STAFF_BOT_TOKEN is the family bot's"),
    ("STAFF_BOT_SECRET", "short", "staff bot", "STAFF_BOT_SECRET has to be 16 to 256"),
    ("TELEGRAM_API_BASE", "nowhere", "family bot", "TELEGRAM_API_BASE has to begin with"),
]


@pytest.mark.parametrize(("name", "value", "part", "words"), WRONG)
def test_what_cannot_be_right_is_named_with_what_it_has_to_be(ready, name, value, part, words):
    ready.sets(**{name: value})
    ready.tells("wrong", part, words)
    if value not in PUBLIC and len(value) > 6 and value != FAMILY_TOKEN:
        assert value not in "".join(ready.lines("--offline"))


NOT_TAKEN = [
    (f"/Accounts/{SID}.json", (401, {"code": 20003}), "twilio", "does not take TWILIO_ACCOUNT_SID"),
    (f"/Accounts/{SID}.json", (404, {"code": 20404}), "twilio", "does not take TWILIO_ACCOUNT_SID"),
    (f"/Accounts/{SID}.json", (200, {"status": "suspended"}), "twilio", "suspended or closed"),
    ("/IncomingPhoneNumbers.json", (200, {"incoming_phone_numbers": []}), "twilio number",
     "TWILIO_FROM is no number of this account"),
    (f"/v2/template/{TEMPLATE}", (403, {"errors": [{"message": "Invalid token: no such key"}]}),
     "notify", "does not take NOTIFY_API_KEY"),
    (f"/v2/template/{TEMPLATE}",
     (403, {"errors": [{"message": "Error: Your system clock must be accurate to within 30 s"}]}),
     "notify", "this machine's clock is wrong"),
    (f"/v2/template/{TEMPLATE}", (404, {}), "notify", "is no template of this service"),
    (f"/v2/template/{TEMPLATE}", (200, {"type": "email", "body": "((message))"}), "notify",
     "has to be a text message"),
    (f"/v2/template/{TEMPLATE}", (200, {"type": "sms", "body": "Hi ((name))"}), "notify",
     "holds ((message)) and nothing else"),
    (f"{FAMILY_TOKEN}/getMe", (401, {"ok": False}), "family bot", "does not know FAMILY_BOT_TOKEN"),
    (f"{STAFF_TOKEN}/getMe", (404, {"ok": False}), "staff bot", "does not know STAFF_BOT_TOKEN"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "told", "part", "words"), NOT_TAKEN)
def test_credentials_that_are_not_taken_are_named(ready, path, told, part, words):
    ready.answers.told = first({path: told}, ready.answers.told)
    ready.tells("wrong", part, words)


@pytest.mark.parametrize("how", ["closed", 500, 502, 429, "page"])
@pytest.mark.parametrize(
    ("base", "part", "words"),
    [
        ("TWILIO_API_BASE", "twilio", "Twilio does not answer"),
        ("NOTIFY_API_BASE", "notify", "GOV.UK Notify does not answer"),
        ("TELEGRAM_API_BASE", "family bot", "Telegram does not answer"),
    ],
)
def test_who_does_not_answer_is_named(ready, how, base, part, words):
    if how == "closed":
        ready.sets(**{base: CLOSED})
    pages = {"page": "<html>Sign in to the network</html>", "closed": "closed"}
    ready.answers.told = dict.fromkeys(ready.answers.told, pages.get(how, (how, {})))
    ready.tells("unreachable", part, words)


WORTH_A_LOOK: list[tuple[dict[str, str], dict, str, str]] = [
    ({"SMS_PROVIDER": "simulator", "SMS_STAND_IN": ""}, {}, "SMS provider",
     "no text leaves this machine"),
    ({"KEYWORKER_HOST": "0.0.0.0"}, {}, "web server", "lets other machines in"),
    ({"KEYWORKER_HOST": "0.0.0.0"}, {}, "proxy", "FORWARDED_ALLOW_IPS is empty"),
    ({"TWILIO_AUTHTOKEN": "x"}, {}, "settings", "Did you mean TWILIO_AUTH_TOKEN?"),
    ({}, {f"/Accounts/{SID}.json": (200, {"status": "active", "type": "Trial"})}, "twilio",
     "a trial account"),
    ({}, {"/IncomingPhoneNumbers.json": (200, {"incoming_phone_numbers": [{"sms_url": ""}]})},
     "twilio number", "incoming texts are not sent to KEYWORKER_PUBLIC_URL"),
    ({}, {"/IncomingPhoneNumbers.json": (500, {})}, "twilio number", "did not say whether"),
    ({}, {f"{FAMILY_TOKEN}/getMe": (200, {"result": {"can_join_groups": True}})}, "family bot",
     "it may be put into groups"),
    ({}, {f"{STAFF_TOKEN}/getWebhookInfo": (200, {"result": {"last_error_date": 1}})}, "staff bot",
     "could not bring updates lately"),
]  # fmt: skip


@pytest.mark.parametrize(("variables", "told", "part", "words"), WORTH_A_LOOK)
def test_what_would_start_and_is_unwise_is_worth_a_look(ready, variables, told, part, words):
    ready.sets(**variables)
    ready.answers.told = first(told, ready.answers.told)
    ready.tells("look", part, words)


def test_a_proxy_elsewhere_that_is_named_is_nothing_to_look_at(ready):
    ready.sets(KEYWORKER_HOST="0.0.0.0", FORWARDED_ALLOW_IPS="192.0.2.1")
    assert not [line for line in ready.lines("--offline") if "proxy: " in line]


def test_all_faults_are_found_in_one_run(ready):
    ready.sets(KEYWORKER_KEYS="", TWILIO_FROM="", TWILIO_ACCOUNT_SID="AC12", SMS_PROVIDER="twilio",
               STAFF_BOT_TOKEN="hello", KEYWORKER_PUBLIC_URL="http://x.example",
               TELEGRAM_MODE="owl")  # fmt: skip
    said = ready.installation.run("check-config")
    faults = [line for line in said.out.splitlines() if re.match("missing|wrong|unreach", line)]
    assert {line[12:].partition(":")[0] for line in faults} == {
        "settings", "keys", "public address", "twilio", "staff bot"
    }  # fmt: skip
    assert said.out.splitlines()[-1] == f"{len(faults)} to put right."
    assert len(faults) == 6
