"""What people, machines and attackers send: words, presses and forms, made from a seed."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from typing import Any

from bot.desk import COMMANDS
from bot.domain import Inbound
from bot.engine import Heard, advance
from bot.flows import FLOWS
from bot.flows.base import Facts, State
from bot.handlers.bodies import LIMIT
from bot.i18n import put
from bot.settings import DATA
from tests.fakes.twilio import ACCOUNT, SENDER, Call
from tests.flows.talk import GIVEN
from tests.handlers.doors import MESSAGE, STATUS, signed

ALPHABETS = (
    "abcdefghijklmnop qrstuvwxyz    '.,!?",
    "0123456789 .,)+-",
    "ąćęłńóśźż ăâîșț ūųž Ěščř",
    "واہ آج سکول نہیں؟ ۰۱۲۳ مرحبا",
    "ਅੱਜ ਸਕੂਲ ੧੨੩ ݐ ༀ ಠ 中文",
    "😀🙏🏽👨‍👩‍👧‍👦🇬🇧☎️2️⃣",
    "\u200b\u200d\u202e\u2066\u2069\ufeff\u00ad\u0301\u0335\u20e3",
    "\t\n\r\x0b\x0c\x1b\x7f\u2028\x85\xa0",
    "{}{}%$<>&;'\"\\/=+@#`|\0",
    "½²①ⅷ٣९㉈\U0010ffff\ud7ff\ue000",
)
CONTROLS = (
    "STOP", "stop.", "Stop all", "START", "unstop", "HELP", "INFO", "CALL", "call me please",
    "MORE", "cancel", "END", "quit", "wrong number", "please stop texting me", "CALL DANI",
    "1", "2", "3", "0", "9", "99", "2.", "۲", "2️⃣", "good", "OK", "hard", "yes", "no", "",
    "Dani is useless i want to complain", "can Marcus ring me", "zadzwon", "nobody",
)  # fmt: skip
COMMAND_WORDS = (
    "", "all", "Leanne", "P01", "P99", "Joanne", "until fri", "until 31/2", "until 4 Dec",
    "Leanne until tomorrow", "P07 until 2099-99-99", "until 0001-01-01", "9999-12-31",
    "until 1 jan 99999", "until ²/²", "Kai", "everyone", "/", "until",
)  # fmt: skip
ACTIONS = ("ack", "done", "stop", "now", "confirm", "lift", "proven", "nothing", "")


def crisis_phrases() -> tuple[str, ...]:
    with (DATA / "crisis_phrases.csv").open(encoding="utf-8", newline="") as rows:
        return tuple(row["phrase"] for row in csv.DictReader(rows))


CRISES = crisis_phrases()
CHOICES = tuple(
    choice.key
    for flow in FLOWS.values()
    for step in flow.steps.values()
    for choice in getattr(step.ask, "choices", ())
)


def letters(chance: Random) -> str:
    """A run of one alphabet; once in a while a very long one."""
    length = chance.choice((1, 3, 8, 20, 60, 200, 1700))
    return "".join(chance.choices(chance.choice(ALPHABETS), k=length))


def words(chance: Random) -> str:
    """Anything somebody may type."""
    kind = chance.randrange(8)
    if kind < 2:
        return chance.choice(CONTROLS)
    if kind == 2:
        return chance.choice(CRISES)
    if kind == 3:
        return f"{chance.choice(CRISES)} {letters(chance)} {chance.choice(CONTROLS)}"
    return " ".join(letters(chance) for _ in range(chance.randrange(3)))


def command(chance: Random) -> str:
    """Anything a member of staff may type behind a slash."""
    name = chance.choice((*COMMANDS, "help", "", "nothing", "HELP", letters(chance)))
    rest = chance.choice((*COMMAND_WORDS, letters(chance)))
    return f"/{name} {rest}"


def cleaned(text: str) -> str:
    """What a channel hands on: no NUL, no half characters."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


@dataclass(frozen=True, slots=True)
class Cast:
    """Who may speak: (channel, address), and what staff may reply to."""

    families: tuple[tuple[str, str], ...]
    staff: tuple[tuple[str, str], ...]


def deed(
    chance: Random, cast: Cast, external_id: str, notices: list[str], keys: list[str]
) -> Inbound:
    """Something anybody may do, as a channel would hand it on."""
    by_staff = chance.random() < 0.4
    channel, address = chance.choice(cast.staff if by_staff else cast.families)
    said = command(chance) if by_staff and chance.random() < 0.4 else words(chance)
    done = Inbound(channel, external_id, address, cleaned(said))
    if by_staff and chance.random() < 0.6:
        done = replace(done, reply_to=chance.choice([*notices[-30:], "nothing", "x" * 300]))
    if chance.random() < 0.25:
        done = replace(done, words="", key=_key(chance, keys), turn=_turn(chance))
    if not by_staff and chance.random() < 0.1:
        kinds = chance.choice((("image/png",), ("audio/ogg", "video/mp4"), ("nothing",)))
        done = replace(done, media=kinds, opt_out=chance.choice(("", "STOP", "START", "HELP")))
    return done


def _key(chance: Random, keys: list[str]) -> str:
    """A button: a real one, one of a real task that it never had, or none that ever was."""
    real = chance.choice(keys[-60:])
    bent = f"{real.rpartition(':')[0]}:{chance.choice(ACTIONS)}"
    odd = cleaned(letters(chance))[:64] or "x"
    return chance.choice((real, real, bent, bent, *CHOICES, f"t:{'9' * 30}:ack", "P01", odd))


def _turn(chance: Random) -> int | None:
    return chance.choice((None, None, 1, 2, 3, 0, -1, 10**30))


def form(chance: Random, sid: str) -> list[tuple[bytes, bytes]]:
    """A webhook's form: as it should be, but for whatever this seed breaks."""
    fields: dict[str, Any] = {
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": chance.choice(("+447700900100", "+447700900109", "60777", "+447700900777")),
        "To": SENDER,
        "Body": words(chance),
        "NumMedia": chance.choice(("0", "", "1", "2", "²", "-1", "999999999999")),
        "MediaContentType0": chance.choice(("image/jpeg", "x", letters(chance))),
        "MessageStatus": chance.choice(("sent", "delivered", "failed", "read", "x", "")),
        "ErrorCode": chance.choice(("", "30005", "x" * 50, "-1")),
        "OptOutType": chance.choice(("", "", "STOP", "START", "HELP", "?")),
    }
    pairs = [(k.encode(), v.encode("utf-8", "surrogatepass")) for k, v in fields.items()]
    for _ in range(chance.choice((0, 0, 1, 2, 4))):
        _break(chance, pairs)
    return pairs


def _break(chance: Random, pairs: list[tuple[bytes, bytes]]) -> None:
    at, junk = chance.randrange(len(pairs)), chance.randbytes(chance.choice((0, 1, 5, 300)))
    name, value = pairs[at]
    match chance.randrange(5):
        case 0:
            pairs.pop(at)
            pairs.append((b"Odd", junk))
        case 1:
            pairs[at] = (name, junk)
        case 2:
            pairs[at] = (junk, value)
        case 3:
            pairs.append((name, value + junk))
        case _:
            cut = chance.randrange(len(value) + 1)
            pairs[at] = (name, value[:cut] + junk + value[cut:])


@dataclass(frozen=True, slots=True)
class Knock:
    """One call to a webhook, and whether it has to be let in; None: either may be right."""

    call: Call
    genuine: bool | None


def knock(chance: Random, sid: str, refs: list[str]) -> Knock:
    """Make a call: signed over any form, spoilt after signing, or nothing but noise."""
    path = chance.choice((MESSAGE, MESSAGE, STATUS))
    if path == STATUS:
        path += chance.choice((f"?m={chance.choice(refs or ['x'])}", "?m=", "", "?m=%ff&m=%00"))
    if chance.random() < 0.15:
        header = {"x-twilio-signature": chance.choice(("", "AAAA", "=" * 400))}
        noise = chance.randbytes(chance.choice((0, 9, 400, LIMIT + 1)))
        return Knock((path, header, noise), genuine=False)
    fields = form(chance, sid)
    path, headers, body = signed(fields, path)
    if chance.random() < 0.1:
        at = chance.randrange(len(body))
        return Knock((path, headers, body[:at] + chance.randbytes(1) + body[at + 1 :]), None)
    return Knock((path, headers, body), len(body) <= LIMIT and _ours(fields, path))


def _ours(fields: list[tuple[bytes, bytes]], path: str) -> bool:
    account = {value for name, value in fields if name == b"AccountSid"}
    to = {value for name, value in fields if name == b"To"}
    return account == {ACCOUNT.encode()} and (path != MESSAGE or to == {SENDER.encode()})


def any_step(chance: Random) -> None:
    """Say anything at any step of any flow: it always leads somewhere that exists."""
    flow = chance.choice(tuple(FLOWS.values()))
    step = chance.choice((*flow.steps, *flow.steps, "a step of long ago"))
    said = {"words": letters(chance), "to": "C001", "named": "Kai", "week": "hard"}
    plan = {"child": "Kai", "agreed": "bag packed"}  # a check-in has it where there is a plan
    given = {**plan, **GIVEN.get(flow.name, {}), **said}
    keys = tuple(c.key for c in getattr(getattr(flow.steps.get(step), "ask", None), "choices", ()))
    state = State(
        flow.name,
        chance.randrange(flow.version + 1),
        step,
        turn=chance.randrange(4),
        answers=given,
        offered=tuple(chance.sample(keys, chance.randrange(len(keys) + 1))),
        misses=chance.randrange(4),
        silences=chance.randrange(3),
    )
    heard = Heard(words(chance), chance.choice(("", _key(chance, ["t:1:ack"]))), _turn(chance))
    turn = advance(flow, state, _facts(chance), heard, lambda text, values: put(text, "en", values))
    assert turn.state is None or turn.state.step in (*flow.steps, step), (flow.name, heard)
    if turn.says is not None:
        assert all(put(t, "en", turn.values) for t in (turn.says.text, *turn.says.before))


def _facts(chance: Random) -> Facts:
    name = letters(chance)
    many = tuple((f"C{n:03}", f"{letters(chance)[:20]} ({name[:9]} P0{n})") for n in range(4))
    moment = datetime(2026, 12, 3, 15, 45, tzinfo=UTC)
    return Facts(
        name, (name, "Kai"), "Dani", moment.date(), moment, chance.random() < 0.5, families=many
    )
