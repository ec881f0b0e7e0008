"""The ways into the service as the world knocks on them: signed webhooks, and a browser."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import quote_from_bytes

import httpx
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from bot.app import demo_web, real_web, simulated_channels
from bot.channels.twilio import Twilio
from bot.domain import Pace, SmsProvider
from bot.handlers import simulated
from bot.scene.scene import Taskforce
from bot.turns import Outcome
from storage.database import Database
from storage.tables import Contact, DeliveryEvent, Outbox, Quarantine
from tests.fakes.twilio import PUBLIC_URL, TOKEN, Call, FakeTwilio, inbound, settings, status
from tests.stage import Play

LEANNE = "+447700900100"
STRANGER = "+447700900155"
AT_ONCE = Pace(1_000_000, timedelta(0))  # on a stage the clock stands still between two messages
MESSAGE, STATUS = "/webhooks/twilio/message", "/webhooks/twilio/status"


def fresh_sid() -> str:
    return f"SM{uuid.uuid4().hex}"


def signed(fields: list[tuple[bytes, bytes]], path: str = MESSAGE) -> Call:
    """Sign a form made of any bytes at all, the way Twilio would."""
    line = (PUBLIC_URL + path).encode()
    for name, value in sorted({*fields}):
        line += name + value
    mac = base64.b64encode(hmac.digest(TOKEN.encode(), line, hashlib.sha1)).decode()
    body = "&".join(f"{quote_from_bytes(name)}={quote_from_bytes(value)}" for name, value in fields)
    return path, {"x-twilio-signature": mac}, body.encode()


def client(app: FastAPI) -> httpx.AsyncClient:
    """A browser or a provider, with no socket between; a crash of ours comes back as a 500."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL)


class TextingPlay(Play):
    """Marlbridge, where families who text do so through Twilio and everybody else is simulated."""

    def __init__(
        self,
        database: Database,
        http: httpx.AsyncClient | None = None,
        provider: SmsProvider | None = None,
        taskforce: Taskforce | None = None,
    ) -> None:
        self.provider = provider or Twilio(settings(), lambda: self.now, pace=AT_ONCE)
        super().__init__(database, taskforce, {**simulated_channels(), "sms": self.provider})
        self.app = real_web(self.service, (self.provider,))
        self.http = http or client(self.app)

    async def knocks(self, call: Call) -> httpx.Response:
        """Make one call to a webhook, exactly as it is; what follows from it is sent."""
        path, headers, body = call
        answer = await self.http.post(path, headers=headers, content=body)
        await self.service.settle()
        return answer

    async def texts(self, number: str, words: str, **more: Any) -> httpx.Response:
        return await self.knocks(inbound(number, words, **{"sid": fresh_sid(), **more}))

    async def receives_receipt(self, ref: str, state: str, code: str = "") -> httpx.Response:
        """Hear what became of a text, under the name Twilio gave it where we know that."""
        letter = await self.letter(ref)
        known = (letter and letter.external_id) or ""
        sid = known if known.startswith("SM") else "SM" + "b" * 32
        return await self.knocks(status(ref, state, sid=sid, code=code, to=LEANNE))

    async def _does(self, who: str, external_id: str = "", **deed: Any) -> Outcome:
        ref = await self.carer(who) if who.startswith("P") else who
        line = await self.database.read(lambda c: simulated.line(c, ref))
        if line is None or line[0] != "sms":
            return await super()._does(who, external_id, **deed)
        answer = await self.texts(line[1], deed["words"], sid=external_id or fresh_sid())
        assert (answer.status_code, answer.text) == (200, "<Response/>")
        return Outcome()

    async def count(self, table: Any, *where: Any) -> int:
        query = select(func.count()).select_from(table).where(*where)
        return await self.database.read(lambda c: c.execute(query).scalar_one())

    async def heard(self) -> list[str | None]:
        """Everything anybody said, oldest first."""
        query = select(Contact.words).where(Contact.direction == "inbound").order_by(Contact.id)
        return await self.database.read(lambda c: list(c.execute(query).scalars()))

    async def quarantined(self) -> list[str]:
        query = select(Quarantine.body).order_by(Quarantine.id)
        return await self.database.read(lambda c: list(c.execute(query).scalars()))

    async def letter(self, ref: str) -> Any:
        query = select(Outbox).where(Outbox.ref == ref)
        return await self.database.read(lambda c: c.execute(query).one_or_none())

    async def events(self, ref: str) -> list[str]:
        query = select(DeliveryEvent.status).where(DeliveryEvent.outbox_ref == ref)
        rows = query.order_by(DeliveryEvent.id)
        return await self.database.read(lambda c: list(c.execute(rows).scalars()))


@asynccontextmanager
async def twilio_on_loopback(
    database: Database, taskforce: Taskforce | None = None
) -> AsyncIterator[tuple[TextingPlay, FakeTwilio]]:
    """A whole service whose texts leave over a real connection to a stand-in."""
    async with FakeTwilio() as fake:
        play: TextingPlay
        provider = Twilio(settings(fake.base_url), lambda: play.now, total=5, pace=AT_ONCE)
        play = TextingPlay(database, provider=provider, taskforce=taskforce)
        try:
            yield play, fake
        finally:
            await provider.close()
            await play.http.aclose()


def page(play: Play) -> httpx.AsyncClient:
    """The demo page's own door."""
    return client(demo_web(play.service))


class Away:
    """A database that does not answer, or not the first few times."""

    def __init__(self, behind: Database, faults: int | None = None) -> None:
        self.url, self.shared = behind.url, behind.shared
        self.behind, self.faults = behind, faults

    async def write(self, work: Any) -> Any:
        self._fail()
        return await self.behind.write(work)

    async def read(self, work: Any) -> Any:
        self._fail()
        return await self.behind.read(work)

    async def ready(self) -> None:
        self._fail()
        await self.behind.ready()

    async def close(self) -> None:
        await self.behind.close()

    def _fail(self) -> None:
        if self.faults is None or self.faults > 0:
            self.faults = None if self.faults is None else self.faults - 1
            raise OperationalError("select 1", {}, ConnectionRefusedError())
