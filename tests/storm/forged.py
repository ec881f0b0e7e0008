"""N5: calls of people who are not who they say: none is let in, none leaves a trace."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from random import Random
from typing import TypeAlias
from urllib.parse import parse_qsl, urlencode

from tests.fakes import notify_calls, twilio_calls
from tests.fakes.telegram import SECRET_HEADER
from tests.fakes.twilio_calls import ACCOUNT, PUBLIC_URL, SENDER, TOKEN, Call, sign
from tests.storm.doors import SECRETS, all_doors, an_update, chat_call, rows
from tests.storm.found import Found
from tests.storm.knock import all_knock, quietly
from tests.storm.outbound import Outcome, Scale

Forgery: TypeAlias = Callable[[Random, int, list[str]], Call]

SIGNATURE = "x-twilio-signature"
SETTINGS = "x-twilio-webhooks-signature-settings"
STRANGE_ACCOUNT = "AC" + "f" * 32


async def n5(engine: str, scale: Scale, seed: int) -> Outcome:
    """Knock with every kind of forgery in turn; count what is let in and what it leaves."""
    found, chance = Found("N5", scale.messages), Random(seed)
    async with all_doors(engine) as (doors,):
        kinds = list(FORGERIES.items())
        made = [kinds[number % len(kinds)] for number in range(scale.messages)]
        calls = [forge(chance, n, doors.phones) for n, (_, forge) in enumerate(made)]
        before = await rows(doors.database)
        with quietly():
            statuses = await all_knock(lambda _: doors.app, calls)
        after = await rows(doors.database)
    for (name, _), status in zip(made, statuses, strict=True):
        found.expect(400 <= status < 500, f"{name}: {status}")
    for table, count in after.items():
        found.expect(count == before[table], f"{count - before[table]} rows left in {table}")
    accepted = sum(200 <= status < 300 for status in statuses)
    broken = sum(status >= 500 for status in statuses)
    return found.outcome(f"kinds {len(kinds)} accepted {accepted} 5xx {broken}")


def _text(number: int, phones: list[str], **more: str) -> Call:
    sid = f"SM{number:032x}"
    return twilio_calls.inbound(phones[number % len(phones)], f"forged {number}", sid=sid, **more)


def _with(call: Call, **headers: str | None) -> Call:
    path, given, body = call
    changed = {**given, **{name.replace("_", "-"): said for name, said in headers.items()}}
    return path, {name: said for name, said in changed.items() if said is not None}, body


def no_signature(chance: Random, number: int, phones: list[str]) -> Call:
    return _with(_text(number, phones), **{SIGNATURE: None})


def wrong_signature(chance: Random, number: int, phones: list[str]) -> Call:
    junk = base64.b64encode(chance.randbytes(chance.choice((0, 1, 19, 20, 21, 300)))).decode()
    return _with(_text(number, phones), **{SIGNATURE: chance.choice((junk, "", "=", "ÿ" * 28))})


def guessed_token(chance: Random, number: int, phones: list[str]) -> Call:
    """Signed rightly, with a token that is none, or an empty one."""
    path, _, body = _text(number, phones)
    token = chance.choice(("", "a-token-for-test", TOKEN.upper(), f"{TOKEN} ", ACCOUNT))
    return twilio_calls.webhook(path, parse_qsl(body.decode(), keep_blank_values=True), token)


def another_body(chance: Random, number: int, phones: list[str]) -> Call:
    """The signature of another message: an old one, used again for new words."""
    return _with(_text(number, phones), **{SIGNATURE: _text(number + 1, phones)[1][SIGNATURE]})


def altered(chance: Random, number: int, phones: list[str]) -> Call:
    """One field is changed, added or left out after signing."""
    path, headers, body = _text(number, phones)
    fields = parse_qsl(body.decode(), keep_blank_values=True)
    at = chance.randrange(len(fields))
    match chance.randrange(3):
        case 0:
            fields[at] = (fields[at][0], f"{fields[at][1]}x")
        case 1:
            fields.append(("OptOutType", "STOP"))
        case _:
            del fields[at]
    return path, headers, urlencode(fields).encode()


def another_address(chance: Random, number: int, phones: list[str]) -> Call:
    """Signed for another page, and sent here."""
    path, headers, body = _text(number, phones)
    elsewhere = chance.choice((f"{path}?a=b", "/webhooks/twilio/status", f"{path}/", "//evil"))
    fields = parse_qsl(body.decode(), keep_blank_values=True)
    headers = {**headers, SIGNATURE: sign(PUBLIC_URL + elsewhere, fields)}
    return path, headers, body


def proxy_tricks(chance: Random, number: int, phones: list[str]) -> Call:
    """Signed for an address of the forger's own, which headers say is ours."""
    path, headers, body = _text(number, phones)
    host = chance.choice(("evil.example.org", "texts.example.org.evil.example", "127.0.0.1"))
    fields = parse_qsl(body.decode(), keep_blank_values=True)
    headers = {
        **headers, SIGNATURE: sign(f"https://{host}{path}", fields), "host": host,
        "x-forwarded-host": host, "x-forwarded-proto": chance.choice(("http", "https")),
        "x-forwarded-for": "127.0.0.1", "x-original-url": path, "forwarded": f"host={host}",
        "x-forwarded-path": path, "x-rewrite-url": path,
    }  # fmt: skip
    return path, headers, body


def another_account(chance: Random, number: int, phones: list[str]) -> Call:
    """Signed with the right token, for an account or a number that is not ours."""
    path, _, body = _text(number, phones)
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    fields |= chance.choice(({"AccountSid": STRANGE_ACCOUNT}, {"To": "+447700900998"},
                             {"AccountSid": ""}, {"AccountSid": ACCOUNT.lower()}))  # fmt: skip
    if chance.random() < 0.3:  # both are named: ours, and the other one
        pairs = [*fields.items(), ("AccountSid", STRANGE_ACCOUNT), ("To", SENDER)]
        return twilio_calls.webhook(path, pairs)
    return twilio_calls.webhook(path, fields.items())


def downgraded(chance: Random, number: int, phones: list[str]) -> Call:
    """The forger names the key and the way of signing."""
    path, headers, body = _text(number, phones)
    fields = sorted({*parse_qsl(body.decode(), keep_blank_values=True)})
    line = PUBLIC_URL + path + "".join(f"{name}{value}" for name, value in fields)
    way, key = chance.choice(("md5", "sha1", "sha256")), chance.choice((b"", b"x", b"none"))
    made = base64.b64encode(hmac.new(key, line.encode(), getattr(hashlib, way)).digest()).decode()
    told = chance.choice((
        "key=x,algorithm=none", f"key=,algorithm=HMAC_{way.upper()}", "algorithm=HMAC_MD5",
        "key=webhooks_sharedkey_01,algorithm=HMAC_SHA256", "key=x,key=y,algorithm=", "=,=",
    ))  # fmt: skip
    return path, {**headers, SIGNATURE: made, SETTINGS: told}, body


def hashed_body(chance: Random, number: int, phones: list[str]) -> Call:
    """A body in JSON, whose digest stands in an address nobody signed."""
    path, headers, body = _text(number, phones)
    path = f"{path}?bodySHA256={hashlib.sha256(body).hexdigest()}"
    return path, {**headers, "content-type": "application/json"}, body


def forged_receipt(chance: Random, number: int, phones: list[str]) -> Call:
    call = twilio_calls.status(f"m-{number}", "undelivered", code="21610", to=phones[0])
    return _with(call, **{SIGNATURE: sign(PUBLIC_URL + call[0], [], TOKEN)})


def guessed_bearer(chance: Random, number: int, phones: list[str]) -> Call:
    """Notify's token, guessed, cut short, or put where it does not belong."""
    call = notify_calls.inbound(phones[0], f"forged {number}", name=f"forged-{number}")
    token = notify_calls.TOKEN
    guess = chance.choice((
        None, "", "Bearer", "Bearer ",
        f"bearer {token}", f"Basic {token}", token, f"Bearer {token}x",
        f"Bearer {token[:-1]}", f"Bearer  {token}", f"Bearer {token},{token}", "Bearer ÿ\x80",
        f"Bearer {chance.getrandbits(128):x}", f"Bearer {token} ",
    ))  # fmt: skip
    return _with(call, authorization=guess)


def guessed_secret(chance: Random, number: int, phones: list[str]) -> Call:
    """Telegram's secret, guessed, or the one of the other bot."""
    bot, other = chance.choice((("family", "staff"), ("staff", "family")))
    secret = SECRETS[bot]
    guess = chance.choice((
        None, "", secret[:-1], f"{secret}x", secret.upper(), SECRETS[other], f" {secret}", "ÿ" * 26,
        f"{chance.getrandbits(128):x}", f"{secret},{secret}",
    ))  # fmt: skip
    call = chat_call(an_update(880_000, number, f"forged {number}"), bot)
    return _with(call, **{SECRET_HEADER: guess})


FORGERIES: dict[str, Forgery] = {
    one.__name__.replace("_", " "): one
    for one in (
        no_signature, wrong_signature, guessed_token, another_body, altered, another_address,
        proxy_tricks, another_account, downgraded, hashed_body, forged_receipt, guessed_bearer,
        guessed_secret,
    )
}  # fmt: skip
