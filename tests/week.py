"""`python -m tests.week`: one week of the fictional taskforce, and what each person saw.

Writes docs/a-week.md. The same week gives the same page, so a change of wording shows there.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from bot.app import simulated_channels
from bot.channels.simulator import Simulator
from bot.domain import BadAddress, Inbound, Outgoing, Sent
from bot.handlers import simulated
from bot.turns import take
from storage.migrate import upgrade
from tests.stage import LONDON, Play, marlbridge_taskforce, open_stage

PAGE = Path(__file__).parents[1] / "docs" / "a-week.md"
IOANA = "+447700900111"  # whose number no text reaches
SAYS = "“"  # an answer in one's own words; the others are buttons
Deed = Callable[["Week"], Awaitable[None]]


class NotReachingIoana(Simulator):
    """Text messages as on the page, but for one number that has been given up."""

    async def send(self, message: Outgoing) -> Sent:
        if message.address == IOANA:
            raise BadAddress("no such number", "30006")
        return await super().send(message)


@dataclass
class Week:
    """One performance of the week: everybody does what the story says, at its time."""

    play: Play
    count: int = 0

    async def says(self, who: str, words: str, *, to: int | None = None) -> None:
        """Somebody types; a member of staff may reply to the notice of a task."""
        self.count += 1
        who = await self.play.carer(who) if who.startswith("P") and who[1:].isdigit() else who
        line = await self.play.database.read(lambda c: simulated.line(c, who))
        assert line is not None, who
        notice = f"t:{to}:" if to is not None else ""
        heard = Inbound(line[0], f"week-{self.count}", line[1], words=words, notice=notice)
        await take(self.play.database, self.play.service.taskforce, heard, self.play.now)
        await self.play.later(seconds=20)

    async def presses(self, who: str, key: str) -> None:
        """Somebody presses a button: of a notice, or of the question they were asked last."""
        turn = None if key.startswith("t:") else (await self.play.last(who))["turn"]
        await self.play.presses(who, key, turn)
        await self.play.later(seconds=10)

    async def task(self, **like: Any) -> int:
        """The newest open task that fits."""
        return int((await self.play.tasks(**like))[-1]["id"])

    async def closes(self, who: str, task: int, *answers: str) -> None:
        """Close a matter of danger, one answer after the other."""
        await self.presses(who, f"t:{task}:done")
        for answer in answers:
            said = answer.removeprefix(SAYS)
            await (self.presses(who, answer) if said == answer else self.says(who, said))


async def he_will_see_this(week: Week) -> None:
    await week.says("P19", "he'll see this")


async def marcus_has_it(week: Week) -> None:
    await week.presses("MB", f"t:{await week.task(kind='crisis', case='P19')}:ack")


async def marcus_closes_it(week: Week) -> None:
    crisis = await week.task(kind="crisis", case="P19")
    await week.closes(
        "MB", crisis, "acted_on",
        "“rang from the office, he is not living there now, safe words agreed for Thursday",
        "“Joe Lister at 10:35, social worker at 10:40", "lcs", "“none", "close",
    )  # fmt: skip


async def joe_closes_his(week: Week) -> None:
    alarm = await week.task(kind="safeguarding", case="P19")
    await week.presses("JL", f"t:{alarm}:ack")
    await week.closes(
        "JL", alarm, "watched", "“spoke to Marcus, plan review brought forward to Wednesday",
        "“social worker at 10:40, by Marcus", "cpoms", "“2291", "close",
    )  # fmt: skip


async def school_is_killing_me(week: Week) -> None:
    await week.says("P05", "school is killing me lol")


async def priya_closes_it(week: Week) -> None:
    crisis = await week.task(kind="crisis", case="P05")
    await week.presses("PN", f"t:{crisis}:ack")
    await week.closes(
        "PN", crisis, "not_urgent", "“rang Ibrahima: a joke about homework, Amara is fine",
        "“nobody else, nothing to tell", "other", "“none", "close",
    )  # fmt: skip


async def a_taxi(week: Week) -> None:
    await week.says("P01", "can you sort a taxi for thursday he wont get on the bus")


async def dani_answers(week: Week) -> None:
    asked = await week.task(kind="message", case="P01")
    await week.says("DO", "Leave it with me, I will ring the taxi firm today.", to=asked)


async def dani_logs_a_call(week: Week) -> None:
    await week.says("DO", "/log Leanne rang mum 10 min, agreed taxi for Thu\nKai not seen")
    await week.presses("DO", "save")


async def dani_promises(week: Week) -> None:
    await week.says("DO", "/promise P01 taxi for Kai by Thursday")


async def helen_decides(week: Week) -> None:
    await week.says("HM", "/decide P01 action reintegration plan by 11 Dec Dani")


async def stop(week: Week) -> None:
    await week.says("P22", "STOP")


async def cancel(week: Week) -> None:
    await week.says("P10", "CANCEL")


async def marcus_asks_bridget(week: Week) -> None:
    asked = await week.task(kind="message", case="P10")
    await week.says("MB", "Hi Bridget, what should I cancel? Texts, or Thursday?", to=asked)


async def a_dead_number(week: Week) -> None:
    await week.says("DO", "Hello Ioana, is Andrei coming in tomorrow?")
    asked = await week.play.last("DO")
    ioana = next(one["key"] for one in asked["choices"] if "Ioana" in one["label"])
    await week.presses("DO", ioana)


async def a_good_week(week: Week) -> None:
    await week.says("P03", "1")


async def marcus_rings_craig(week: Week) -> None:
    waiting = await week.task(kind="message", case="P04")
    await week.says("MB", "Thanks for telling me Craig. I will ring you at six.", to=waiting)


async def in_polish(week: Week) -> None:
    await week.says("P02", "no, 2")


async def two_children(week: Week) -> None:
    await week.says("P07", "Noah fine, Ellie hard")


async def tom_splits_it(week: Week) -> None:
    asked = await week.task(kind="message", case="P07")
    await week.says("TW", "Thank you Joanne. What was hard for Ellie?", to=asked)


async def dani_is_away(week: Week) -> None:
    await week.says("DO", "/away until Monday")


STORY: tuple[tuple[str, Deed], ...] = (
    ("2026-11-30 09:10", marcus_rings_craig),
    ("2026-11-30 10:05", he_will_see_this),
    ("2026-11-30 10:09", marcus_has_it),
    ("2026-11-30 11:00", marcus_closes_it),
    ("2026-11-30 11:20", joe_closes_his),
    ("2026-11-30 13:20", school_is_killing_me),
    ("2026-11-30 13:45", a_taxi),
    ("2026-11-30 14:02", dani_answers),
    ("2026-11-30 14:30", dani_logs_a_call),
    ("2026-11-30 14:32", dani_promises),
    ("2026-11-30 14:40", priya_closes_it),
    ("2026-12-01 09:50", helen_decides),
    ("2026-12-01 15:10", stop),
    ("2026-12-02 11:15", cancel),
    ("2026-12-02 11:40", marcus_asks_bridget),
    ("2026-12-02 14:00", a_dead_number),
    ("2026-12-03 15:52", a_good_week),
    ("2026-12-03 16:10", in_polish),
    ("2026-12-03 16:20", two_children),
    ("2026-12-03 16:40", tom_splits_it),
    ("2026-12-04 15:30", dani_is_away),
)
ENDS = "2026-12-06 23:00"


async def perform(play: Play) -> None:
    """Let the week pass."""
    week = Week(play)
    for at, deed in STORY:
        await play.at(at)
        await deed(week)
    await play.at(ENDS)


@dataclass(frozen=True)
class Line:
    """One thing one person saw or typed."""

    at: datetime
    who: str
    text: str
    buttons: tuple[str, ...]
    typed: bool


async def seen(play: Play) -> list[Line]:
    """Gather what every phone and chat showed in this week, in the order of the clock."""
    begins = datetime(2026, 11, 30, 8, tzinfo=LONDON)
    lines = []
    for person in await play.database.read(simulated.people):
        if person["kind"] == "pupil":
            continue
        name = person["name"].split()[0]
        about = ", ".join(person["cases"]) if person["kind"] == "carer" else person["role"]
        labels: dict[str, str] = {}
        for message in await play.phone(person["id"]):
            at = datetime.fromisoformat(message["at"]).astimezone(LONDON)
            if at >= begins:
                labels |= {choice["key"]: choice["label"] for choice in message["choices"]}
                buttons = tuple(choice["label"] for choice in message["choices"])
                typed = message["direction"] == "in"
                text = message["text"]
                said = f"[{labels[text]}]" if typed and text in labels else text
                lines.append(Line(at, f"{name} ({about})", said, buttons, typed))
    return sorted(lines, key=lambda line: (line.at, not line.typed))


def page(lines: list[Line]) -> str:
    """Write the week down as a team would read it."""
    return "\n".join([*HEAD, *_days(lines), ""])


HEAD = (
    "# A week in Marlbridge",
    "",
    "What each person saw and typed, from Monday 30 November to Sunday 6 December 2026.",
    "Everybody is invented. The week is played by `python -m tests.week`, which writes this page.",
    "",
    "`→` somebody types or presses, `←` their phone or chat shows it; [buttons] stand below.",
    "",
)


def _days(lines: list[Line]) -> Iterator[str]:
    for day, found in groupby(lines, key=lambda line: line.at.date()):
        yield f"## {day:%A} {day.day} {day:%B}"
        yield ""
        for line in found:
            first, *more = line.text.splitlines() or [""]
            yield f"- `{line.at:%H:%M}` **{line.who}** {'→' if line.typed else '←'} {first}"
            yield from (f"  <br>{one}" for one in more if one.strip())
            if line.buttons:
                yield f"  <br>{' '.join(f'[{label}]' for label in line.buttons)}"
        yield ""


async def the_week() -> str:
    """Play the week in a database of its own, and tell it."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_stage(f"sqlite:///{Path(folder) / 'week.sqlite'}")
        await database.write(upgrade)
        channels = simulated_channels() | {"sms": NotReachingIoana("numbers")}
        play = Play(database, marlbridge_taskforce(), channels)
        await play.moved_in()
        await perform(play)
        told = page(await seen(play))
        await database.close()
    return told


if __name__ == "__main__":
    PAGE.write_text(asyncio.run(the_week()), encoding="utf-8")
    print(f"docs/{PAGE.name} is written.")
