"""N1: anything at all at every door: no crash, no standstill, and no family's words lost."""

from __future__ import annotations

import asyncio
import json
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from tests.fakes import notify_calls
from tests.fakes.twilio_calls import ACCOUNT, SENDER, Call
from tests.handlers.doors import MESSAGE, STATUS, signed
from tests.storm.doors import Doors, all_doors, an_update, chat_call, genuine, logged
from tests.storm.found import Found, milliseconds, percentile
from tests.storm.knock import HUNG, knock, quietly
from tests.storm.outbound import Outcome, Scale

WAYS, SHARES = ("twilio", "notify", "telegram"), (35, 30, 35)
GENUINE_EVERY = 50
SIGNED = 0.04  # of the rest: they reach whoever reads them, and each is kept for a person
HANDS = 16  # calls at the same time
SIZES = (0, 1, 7, 60, 300, 300, 2_000, 2_000, 16_000, 65_536, 65_537)
MOST_GROWTH = 50.0  # megabytes
WARM_AFTER = 0.3  # of all cases; what is held from then on would be a leak
SOILED = (b"\xff\xfe", b"\x00", b"\xed\xa0\x80", b"\xc3\x28", b"\xf8\x88\x80", b"%zz", b"&&==&")
NAMES = (
    "MessageSid",
    "From",
    "To",
    "Body",
    "AccountSid",
    "NumMedia",
    "MessageStatus",
    "OptOutType",
)
VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 10**30, 1e308, float("nan"), float("inf"), "", "x", "\ud800", "a\0b", [], {},
    [[]], {"id": {}}, "+447700900100", "9" * 5000, "\u202e" * 40, "😀" * 700,
)  # fmt: skip
DEEP = (b"[" * 30_000, b'{"a":' * 12_000, b"[" * 900 + b"]" * 900, b'{"a":[' * 400 + b"1")


async def n1(engine: str, scale: Scale, seed: int) -> Outcome:
    """Bring bodies nobody should send, one family's real message among every fifty."""
    found = Found("N1", scale.messages)
    async with all_doors(engine) as (doors,):
        with quietly():
            run = _Run(found, doors, seed, scale.messages)
            began = time.monotonic()
            await run.all()
            seconds = time.monotonic() - began
        kept = await logged(doors.database, "genuine ")
    for words in run.sent:
        found.expect(
            kept.get(words, 0) == 1, f"a family's message logged {kept.get(words, 0)} times"
        )
    found.expect(run.growth < MOST_GROWTH, f"grew by {run.growth:.0f} MB")
    return found.outcome(
        f"genuine {len(run.sent)} 5xx {run.broken} hangs {run.hangs} "
        f"p50 {milliseconds(percentile(run.times, 0.5))} "
        f"p99 {milliseconds(percentile(run.times, 0.99))} growth {run.growth:.1f}MB "
        f"rate {scale.messages / seconds:.0f}/s"
    )


class _Run:
    """One run: what is brought, how it is answered, and how much is held in the end."""

    def __init__(self, found: Found, doors: Doors, seed: int, cases: int) -> None:
        self.found, self.doors, self.seed, self.cases = found, doors, seed, cases
        self.sent: list[str] = []
        self.times: list[float] = []
        self.broken = self.hangs = 0
        self.growth = self._warm = 0.0

    async def all(self) -> None:
        numbers = iter(range(self.cases))
        await asyncio.gather(*(self._hand(numbers) for _ in range(HANDS)))
        self.growth = _held() - self._warm

    async def _hand(self, numbers: Iterator[int]) -> None:
        for number in numbers:
            if number == int(self.cases * WARM_AFTER):
                self._warm = _held()
            await self._one(number)

    async def _one(self, number: int) -> None:
        chance = Random(self.seed * 10_000_000 + number)
        way = chance.choices(WAYS, SHARES)[0]
        if number % GENUINE_EVERY:
            call = BODIES[way](chance, number)
        else:
            words = f"genuine {number}"
            self.sent.append(words)
            call = genuine(way, number, words, self.doors.phones)
        began = time.perf_counter()
        status = await knock(self.doors.app, call)
        self.times.append(time.perf_counter() - began)
        self.hangs += status == HUNG
        self.broken += status >= 500
        self.found.expect(status != HUNG, f"{way} hangs, seed {self.seed} number {number}")
        self.found.expect(status < 500, f"{way}: {status}, seed {self.seed} number {number}")


def _held() -> float:
    """How much memory this process holds, in megabytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def _junk(chance: Random, most: int = 65_537) -> bytes:
    length = min(most, chance.choice(SIZES))
    return chance.randbytes(length) if chance.random() < 0.5 else b"a" * length


def form_body(chance: Random, number: int) -> Call:
    """A form of Twilio's; some are signed, so that they reach whoever reads them."""
    del number
    path = chance.choice((MESSAGE, MESSAGE, STATUS, f"{STATUS}?m=x", f"{STATUS}?m=%ff%00"))
    if chance.random() > SIGNED:
        header = {"x-twilio-signature": chance.choice(("", "AAAA", "=" * 400, "\xff\xfe"))}
        return path, header, _junk(chance)
    fields = [
        (b"MessageSid", b"SM%032x" % chance.getrandbits(64)), (b"AccountSid", ACCOUNT.encode()),
        (b"From", b"+447700900100"), (b"To", SENDER.encode()), (b"Body", b"hello"),
    ]  # fmt: skip
    for _ in range(chance.randrange(1, 4)):
        name = chance.choice(NAMES).encode()
        value = chance.choice((_junk(chance, 2_000), chance.choice(SOILED), b""))
        at = chance.randrange(len(fields))
        fields[at] = chance.choice(((name, value), (fields[at][0], value), fields[0]))
    if chance.random() < 0.9:  # most are for us, so that they are read
        fields = [f for f in fields if f[0] not in {b"AccountSid", b"To"}]
        fields += [(b"AccountSid", ACCOUNT.encode()), (b"To", SENDER.encode())]
    return signed(fields, path)


def json_body(chance: Random, number: int) -> Call:
    """Something of Notify's, with its token or without."""
    path = f"/webhooks/notify/{chance.choice(('message', 'message', 'receipt'))}"
    token = notify_calls.TOKEN if chance.random() < SIGNED else "x" * chance.choice((0, 9, 400))
    told = {
        "id": f"n-{number}", "source_number": "447700900100", "message": "hello",
        "reference": "x", "status": "delivered",
    }  # fmt: skip
    return notify_calls.webhook(path, _spoilt(chance, told), token)


def update_body(chance: Random, number: int) -> Call:
    """Something of Telegram's, for either bot, with its secret or without."""
    bot = chance.choice(("family", "family", "staff"))
    secret = "" if chance.random() < SIGNED else "no-secret-of-ours"
    update = an_update(880_000 + chance.randrange(100), number, "hello")
    return chat_call(_spoilt(chance, update), bot, secret)


BODIES = {"twilio": form_body, "notify": json_body, "telegram": update_body}


def _spoilt(chance: Random, told: dict[str, Any]) -> bytes:
    """JSON with something wrong with it, or no JSON at all."""
    match chance.randrange(6):
        case 0:
            return _junk(chance)
        case 1:
            return chance.choice(DEEP)[: chance.choice((1_000, 65_000))]
        case 2:
            return json.dumps(told).encode().replace(b"hello", chance.choice(SOILED))
        case 3:
            text = json.dumps(told)
            return f'{text[:-1]},"{chance.choice([*told])}":7}}'.encode()
        case 4:
            text = json.dumps(told)
            return text[: chance.randrange(len(text))].encode()
        case _:
            return json.dumps(_bent(chance, told)).encode()


def _bent(chance: Random, told: dict[str, Any]) -> dict[str, Any]:
    """One value is of another kind than it should be, at the top or one level down."""
    inside = next((v for v in told.values() if isinstance(v, dict)), told)
    place = dict(chance.choice((told, inside)))
    place[chance.choice([*place])] = chance.choice(VALUES)
    if inside is not told and place.keys() == inside.keys():
        return {**told, "message": place}
    return place
