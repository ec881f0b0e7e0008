"""N2: words meant to break a screen, a sheet or a database are kept as they came and do nothing."""

from __future__ import annotations

from random import Random

from sqlalchemy import Connection, select

from bot.app import demo_web
from bot.pages import ASSETS
from bot.rules.heard import clean
from bot.scene.names import with_names
from storage.tables import Contact, Outbox, Task
from tests.fakes.telegram import FAMILY_TOKEN
from tests.handlers.doors import client
from tests.handlers.nasty import ALPHABETS
from tests.storm.doors import FAMILIES, FIRST_CHAT, Doors, all_doors, genuine
from tests.storm.found import Found
from tests.storm.knock import all_knock, quietly
from tests.storm.outbound import Outcome, Scale

WAYS = ("twilio", "notify", "telegram")
LONGEST = 1_700
CASES_LOOKED_AT = 20
TURNS = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
BITES = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</textarea><svg/onload=alert(1)>",
    "&lt;b&gt; &amp; &#x27;", '=HYPERLINK("http://x.example","you")', "=1+1", "+44 7700 900100",
    "-2+3", "@SUM(A1)", "\t=1", "＝1+1", "'; DROP TABLE contact; --", "{{7*7}}", "${7*7}", "%s%n%d",
    "{0.__class__}", "../../etc/passwd", "javascript:alert(1)", "[x](javascript:alert(1))", "*_`~",
    "\u202egnp.exe", "\u2066hidden\u2069", "\u200f\u061c אבג ابت", "\ufeff\u200b\u200d", "a\0b",
    "𝕋𝕙𝕖 🄵🄾🅇", "\r\nX-Header: x", "\x1b[31mred\x1b[0m", "\x07\x08\x7f\x85\u2028\u2029",
    "null", "undefined", "NaN", "true", "0", "-0", "1e309", "\U0010ffff\ufffe\uffff",
)  # fmt: skip
MARKS = [chr(number) for number in range(0x300, 0x36F)]


async def n2(engine: str, scale: Scale, seed: int) -> Outcome:
    """Bring hostile words by every door; what stands in the log is what came."""
    found, chance = Found("N2", scale.messages), Random(seed)
    words = [_hostile(chance) for _ in range(scale.messages)]
    async with all_doors(engine) as (doors,):
        ways = [WAYS[number % len(WAYS)] for number in range(scale.messages)]
        calls = [genuine(ways[n], n, said, doors.phones) for n, said in enumerate(words)]
        with quietly():
            statuses = await all_knock(lambda _: doors.app, calls)
            kept = await _kept(doors)
            await _shown(found, doors)
        for number, said in enumerate(words):
            stands = kept.get(_source(ways[number], number))
            way, same = ways[number], stands == clean(said)
            found.expect(statuses[number] == 200, f"{way}: answered {statuses[number]}")
            found.expect(same, f"{way}: number {number} of seed {seed} is not what came")
    long = sum(len(said) > 1_600 for said in words)
    return found.outcome(f"ways {len(WAYS)} longer_than_1600 {long}")


def _hostile(chance: Random) -> str:
    """Some words of one kind, some of several; now and then without end."""
    parts = []
    for _ in range(chance.choice((1, 1, 2, 3))):
        match chance.randrange(4):
            case 0:
                parts.append(
                    "".join(chance.choices(chance.choice(ALPHABETS), k=chance.choice(SIZES)))
                )
            case 1:
                parts.append(
                    "".join(f"{sign}{''.join(chance.choices(MARKS, k=20))}" for sign in "help")
                )
            case _:
                parts.append(chance.choice(BITES))
    # A blank between two words keeps them from being taken for what a carrier wrote in base64.
    return "look " + " ".join(parts)


SIZES = (1, 3, 20, 160, 161, LONGEST)


def _source(way: str, number: int) -> str:
    """How the log names a message of this way."""
    if way == "twilio":
        return f"sms:SM{number:032x}"
    if way == "notify":
        return f"sms:00000000-0000-4000-8000-{number:012}"
    bot = FAMILY_TOKEN.partition(":")[0]
    return f"telegram:{bot}:{FIRST_CHAT + number % FAMILIES}:{number + 1}"


async def _kept(doors: Doors) -> dict[str, str | None]:
    query = select(Contact.source, Contact.words).where(Contact.direction == "inbound")
    return await doors.database.read(
        lambda c: {row.source: row.words for row in c.execute(query) if row.source}
    )


async def _shown(found: Found, doors: Doors) -> None:
    """What staff see: in their chat, in their list, and in the log of a case."""

    def told(connection: Connection) -> list[str]:
        query = select(Outbox.text, Outbox.behind).where(Outbox.kind == "staff")
        return [f"{row.text}{row.behind or ''}" for row in connection.execute(query)]

    for text in await doors.database.read(told):
        found.expect(TURNS.isdisjoint(text), "a notice turns the words around it")
    open_words = select(Task.words).where(Task.done_at.is_(None), Task.kind != "typed")
    tasks = await doors.database.read(
        lambda c: with_names(c, list(c.execute(open_words).scalars()))
    )
    async with client(demo_web(doors.service)) as page:
        answer = await page.get("/simulator/tasks")
        _as_data(found, answer.headers)
        shown = sorted(task["words"] for task in answer.json())
        found.expect(shown == sorted(tasks), "the list of tasks shows other words")
        for number in range(CASES_LOOKED_AT):
            answer = await page.get(f"/simulator/cases/R{number}/contacts")
            _as_data(found, answer.headers)
            found.expect(answer.status_code == 200, f"a log was answered {answer.status_code}")
        script = (ASSETS / "demo.js").read_text(encoding="utf-8")
    unsafe = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
    found.expect(not any(way in script for way in unsafe), "the page makes words into a page")


def _as_data(found: Found, headers: object) -> None:
    """Nothing that takes a list of words for a page may do so."""
    said = dict(headers)  # type: ignore[call-overload]
    safe = said.get("content-type") == "application/json"
    found.expect(safe and said.get("x-content-type-options") == "nosniff", "words are no data")
