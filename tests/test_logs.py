"""Log lines carry ids: no words, no names, no numbers, whoever writes them and at any level."""

from __future__ import annotations

import asyncio
import logging
import sys
from io import StringIO

import pytest

from bot.handlers.simulated import UNKNOWN
from bot.logs import QUIET, redact, set_up
from bot.scene.scene import Scene
from scheduler import JOBS, Job, clock
from tests.stage import Play

CANARY = "zebra-umbrella"
PHONE = "+447700900100"
TOKEN = "123456789:AAHrbT0Zk1x9YwQ2v3u4t5s6r7q8p9o0n1m"


@pytest.fixture
def lines(monkeypatch):
    """What the process has logged so far; the logging of tests is put back afterwards."""
    said = StringIO()
    monkeypatch.setattr(sys, "stderr", said)
    root = logging.getLogger()
    kept = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in QUIET}
    uvicorn = {name: logging.getLogger(name).handlers[:] for name in ("uvicorn", "uvicorn.error")}
    set_up("DEBUG")
    yield said.getvalue
    root.handlers[:] = kept[0]
    root.setLevel(kept[1])
    logging.raiseExceptions = True
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    for name, handlers in uvicorn.items():
        logging.getLogger(name).handlers[:] = handlers


@pytest.mark.parametrize(
    "phone",
    [
        "+447700900100", "07700900100", "07700 900100", "07700-900-100", "(01632) 960100",
        "0044 7700 900100", "tel:+447700900100", "sms:07700900100", "whatsapp:+447700900100",
        "To=%2B447700900100", "phone=07700900100,", "'07700900100'", "07700900100:",
    ],
)  # fmt: skip
def test_a_phone_number_is_taken_out_however_it_is_written(lines, phone):
    logging.getLogger("bot.anything").warning("could not reach %s today", phone)
    said = lines()
    assert "[number]" in said
    assert not any(part in said for part in ("900100", "960100", "900-100"))


@pytest.mark.parametrize(
    "token", [TOKEN, "Bearer abc.def-ghi", "gAAAAABnQ2xhc3NpZmllZC1jaXBoZXJ0ZXh0LWhlcmU="]
)
def test_a_token_or_ciphertext_is_taken_out(lines, token):
    logging.getLogger("bot.anything").warning("answer to /bot%s/send was 401", token)
    said = lines()
    assert "[token]" in said
    assert token not in said


@pytest.mark.parametrize("key", ["phone", "address", "name", "words", "body", "text", "password"])
def test_a_key_that_holds_words_is_emptied_whatever_it_holds(key):
    for value in (CANARY, 7, {"deep": CANARY}, [CANARY]):
        assert redact(None, "", {key: value, "event": "x"})[key] == "[redacted]"


def test_numbers_deep_in_a_value_are_taken_out_too():
    event = redact(None, "", {"event": "x", "detail": {"to": [PHONE]}, "count": 3})
    assert PHONE not in str(event)
    assert event["count"] == 3


def test_what_helps_is_left_alone(lines):
    logging.getLogger("bot.anything").info("task 4711 of P01 done in 0.25 s", extra={"job": "x"})
    said = lines()
    assert 'event="task 4711 of P01 done in 0.25 s"' in said
    assert "job=x" in said
    assert "level=info" in said
    assert "logger=bot.anything" in said


def test_extra_fields_nobody_agreed_on_do_not_come_along(lines):
    logging.getLogger("bot.anything").info("done", extra={"carer": CANARY, "attempt": 2})
    said = lines()
    assert CANARY not in said
    assert "attempt=2" in said


def test_a_fault_keeps_its_kind_and_place_and_drops_what_it_quotes(lines):
    def place_of_the_fault():
        raise ValueError(f"cannot read '{CANARY}' from {PHONE}")

    try:
        place_of_the_fault()
    except ValueError:
        logging.getLogger("bot.anything").exception("A turn failed")
    said = lines()
    assert "fault=ValueError" in said
    assert "place_of_the_fault" in said
    assert CANARY not in said
    assert PHONE not in said
    assert said.count("\n") == 1


def test_a_record_that_cannot_be_written_is_not_quoted_on_the_way(lines):
    logging.getLogger("somebody.elses").warning("sent %d", CANARY)
    assert lines() == ""


def test_an_id_with_many_digits_in_it_stays_an_id(lines):
    logging.getLogger("bot.anything").info("row 4f1234567890123ab of 2026-11-30T08:30:00+00:00")
    assert "row 4f1234567890123ab of 2026-11-30T08:30:00+00:00" in lines()


def test_a_fault_within_a_fault_is_dropped_too(lines):
    fault = RuntimeError("again " + CANARY)
    fault.__cause__ = KeyError(CANARY)
    logging.getLogger("bot.anything").error("A turn failed", exc_info=fault)
    said = lines()
    assert "fault=RuntimeError" in said
    assert CANARY not in said


# Twilio's own logger is switched off altogether once a Twilio channel exists: see test_twilio.
@pytest.mark.parametrize(
    "name", ["sqlalchemy.engine.Engine", "aiosqlite", "httpx", "apscheduler.scheduler"]
)
def test_libraries_that_quote_what_they_carry_say_nothing_below_a_warning(lines, name):
    logging.getLogger(name).debug("INSERT INTO contact %s", CANARY)
    logging.getLogger(name).info("To: %s", PHONE)
    assert lines() == ""
    logging.getLogger(name).warning("%s did not answer", PHONE)
    assert 'event="[number] did not answer"' in lines()


async def test_a_task_that_died_unseen_does_not_say_what_it_died_of(lines):
    async def dies():
        raise ValueError(CANARY)

    task = asyncio.create_task(dies())
    await asyncio.sleep(0)
    context = {"message": "Task exception was never retrieved", "future": task,
               "exception": task.exception()}  # fmt: skip
    asyncio.get_running_loop().default_exception_handler(context)
    asyncio.get_running_loop().default_exception_handler(
        {"message": f"Exception in callback keep({CANARY!r})", "exception": ValueError(CANARY)}
    )
    said = lines()
    assert "Task exception was never retrieved" in said
    assert "Exception in callback" in said
    assert CANARY not in said


async def test_days_at_debug_say_no_familys_words_names_or_numbers(
    sqlite_play: Play, lines, monkeypatch
):
    play = sqlite_play

    def breaks(scene: Scene, moment):
        raise ValueError(f"{CANARY} {PHONE}")

    monkeypatch.setattr(clock, "JOBS", {**JOBS, "check_in": Job("check_in", breaks)})
    await play.writes("P01", f"{CANARY} i dont want to live any more, ring {PHONE}")
    for task in await play.tasks(level="L1"):
        await play.presses("JL", f"t:{task['id']}:ack")
    await play.writes(UNKNOWN, f"{CANARY} wrong number")
    notice = await play.last("DO")
    await play.writes("DO", f"{CANARY} I am on my way.", reply_to=notice["id"])
    await play.writes("DO", f"/pause {CANARY}")
    await play.at("2026-12-02 15:51")  # a job that fails is tried again after five minutes
    said = lines()
    assert "A job failed" in said
    for secret in (CANARY, "900100", "Leanne", "Thornton", "Dani", "Kai", "live any more"):
        assert secret not in said
