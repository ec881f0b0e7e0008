"""What a monitor is told: counted right, written right, and about nobody."""

from __future__ import annotations

import pytest

from bot.channels.counted import Counted, CountedChannels
from bot.counters import Counters, Durations
from bot.domain import (
    BadAddress,
    Misconfigured,
    OptedOut,
    Outgoing,
    Refused,
    Sent,
    Shown,
    Uncertain,
    Unreachable,
)
from bot.exposition import Sample, counter, exposition, gauge, histogram
from bot.health import Health, Pulse, channel_states

LETTER = Outgoing("ref", "sms", "+447700900100", Shown("Hi Leanne"))


class Line:
    """A channel that does what it is told."""

    pace = "slow"

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.closed = error, False

    def laid_out(self, message):
        return message.shown.text

    async def send(self, message):
        if self.error is not None:
            raise self.error
        return Sent("id", message.shown.text)

    async def close(self):
        self.closed = True


@pytest.mark.parametrize(
    ("error", "outcome", "state"),
    [
        (Uncertain("no answer"), "uncertain", "ok"),
        (Unreachable("429"), "put_off", "unreachable"),
        (Misconfigured("20003"), "put_off", "misconfigured"),
        (Refused("30007"), "failed", "ok"),
        (BadAddress("21211"), "failed", "ok"),
        (OptedOut("21610"), "failed", "ok"),
        (RuntimeError("odd"), "uncertain", "unreachable"),
    ],
)
async def test_what_came_of_a_message_is_counted_and_told_apart_from_the_channel(
    error, outcome, state
):
    counters, channels = Counters(), {"sms": Line(error)}
    counted = CountedChannels(channels, counters)
    with pytest.raises(type(error)):
        await counted["sms"].send(LETTER)
    assert counters.messages == {("sms", outcome): 1}
    assert channel_states(channels, {}, counters.troubles) == {"sms": state}
    channels["sms"] = Line()
    await counted["sms"].send(LETTER)
    assert counters.messages["sms", "sent"] == 1
    assert channel_states(channels, {}, counters.troubles) == {"sms": "ok"}


async def test_a_counted_channel_is_otherwise_the_channel_itself():
    line = Line()
    counted = Counted("sms", line, Counters())
    assert counted.pace == "slow"
    assert not hasattr(counted, "look_up")
    assert counted.laid_out(LETTER) == "Hi Leanne"
    await counted.close()
    assert line.closed
    channels = CountedChannels({"sms": line}, Counters())
    assert (list(channels), len(channels), channels.get("staff")) == (["sms"], 1, None)


def test_a_pause_that_all_processes_know_of_is_told_before_our_own_last_try():
    names = dict.fromkeys(("telegram", "sms"))
    found = channel_states(names, {"sms": "twilio 20003"}, {"sms": "unreachable"})
    assert found == {"sms": "paused: twilio 20003", "telegram": "ok"}


def test_times_are_counted_up_to_each_bound_and_a_clock_set_back_takes_no_time():
    times = Durations()
    for seconds in (0.001, 0.005, 0.3, 99.0, -5.0):
        times.add(seconds)
    assert times.count == 5
    assert times.total == pytest.approx(99.306)
    assert dict(times.up_to())[0.005] == 3
    assert dict(times.up_to())[0.5] == 4
    assert dict(times.up_to())[10.0] == 4


def test_the_format_is_the_one_prometheus_reads():
    times = Durations()
    times.add(0.02)
    shown = exposition(
        (
            gauge("a", "How many.", Sample(1.5, {"part": 'a "b"\\\n'}), Sample(True)),
            counter("none", "Nothing yet."),
            histogram("t", "How long.", times),
        )
    )
    lines = shown.splitlines()
    assert lines[:4] == [
        "# HELP a How many.",
        "# TYPE a gauge",
        'a{part="a \\"b\\"\\\\\\n"} 1.5',
        "a 1",
    ]
    assert "none" not in shown
    assert lines[5] == "# TYPE t histogram"
    assert 't_bucket{le="0.01"} 0' in lines
    assert 't_bucket{le="0.025"} 1' in lines
    assert lines[-3:] == ['t_bucket{le="+Inf"} 1', "t_sum 0.02", "t_count 1"]
    assert shown.endswith("\n")


@pytest.mark.parametrize(
    ("parts", "ticks", "heartbeat", "well"),
    [
        ({"database": "ok"}, True, 30.0, True),
        ({"database": "ok"}, True, 30.1, False),
        ({"database": "ok"}, False, 3000.0, True),  # a process without a clock only tells
        ({"database": "ok"}, False, None, True),
        ({"database": "OperationalError"}, True, 0.1, False),
        ({"database": "ok", "family_bot": "Telegram is away (502)"}, True, 0.1, True),
    ],
)
def test_a_process_is_taken_out_of_service_for_two_reasons_only(parts, ticks, heartbeat, well):
    assert Health(parts, ticks, heartbeat).well is well


class Notes:
    """A database that counts what is written to it."""

    written = 0

    async def write(self, _work):
        self.written += 1


async def test_a_heartbeat_is_left_for_others_at_most_every_five_seconds():
    time, notes = [100.0], Notes()
    pulse = Pulse(lambda: time[0])
    assert pulse.age is None
    pulse.begin()
    for _ in range(11):
        await pulse.beat(notes)
        time[0] += 1
    assert notes.written == 3
    assert pulse.age == 1
    time[0] += 40
    assert pulse.age == 41
    pulse.end()
    assert pulse.age is None
