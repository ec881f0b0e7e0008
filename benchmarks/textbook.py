"""The same turn as a textbook writes it: objects of the ORM, one session and one commit a turn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qsl

from fastapi import FastAPI, HTTPException, Request
from sqlalchemy import Engine, create_engine, event, make_url, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session
from twilio.request_validator import RequestValidator

from storage.keys import Keyring
from storage.outbox import UNTRIED, ref_of
from storage.sqlite_writer import writer_pragmas
from storage.tables import (
    Address,
    CaseContact,
    Contact,
    ContactCase,
    Conversation,
    Outbox,
    Person,
    Received,
)

Form = Mapping[str, str]
PATH = "/webhooks/twilio/message"
HELP = "Thank you for telling us. What would help? Write it here, or reply CALL."


def turn(session: Session, form: Form, keys: Keyring, now: datetime) -> None:
    """Note the id, hold who wrote, log it, take the conversation on, answer."""
    session.add(Received(channel="sms", external_id=form["MessageSid"], at=now))
    session.flush()
    index = keys.index(f"sms:{form['From']}")
    found = select(Address).where(Address.address_index == index).with_for_update(key_share=True)
    line = session.execute(found).scalar_one()
    person = session.get_one(Person, line.person_id, with_for_update={"key_share": True})
    ties = session.execute(select(CaseContact).where(CaseContact.person_id == person.id)).scalars()
    said = Contact(**_log(form, keys, now), person_id=person.id, address_id=line.id)
    session.add(said)
    session.flush()
    session.add_all(ContactCase(contact_id=said.id, case_id=tie.case_id) for tie in ties)
    conversation = session.get_one(Conversation, person.id)
    number = conversation.state["turn"] + 1
    conversation.state = {**conversation.state, "step": "help", "turn": number}
    person.turns = number
    session.add(_answer(form, line, person, now))


def _log(form: Form, keys: Keyring, now: datetime) -> dict[str, Any]:
    words, salt = form["Body"], b"0123456789abcdef"
    return {
        "occurred_at": now, "recorded_at": now, "direction": "inbound", "mode": "sms",
        "done_by": "family", "recorded_by": "system", "purpose": "check_in", "language": "en",
        "source": f"sms:{form['MessageSid']}", "words": words, "words_salt": salt,
        "words_proof": keys.proof(salt, words),
    }  # fmt: skip


def _answer(form: Form, line: Address, person: Person, now: datetime) -> Outbox:
    key = f"in:sms:{form['MessageSid']}:answer"
    return Outbox(
        ref=ref_of(key), key=key, address_id=line.id, channel="sms", person_id=person.id,
        kind="reply", purpose="check_in", language="en", text=HELP, choices=[], after="", cases=[],
        reply_to="", heard_at=now, silent=False, created_at=now, due_at=now,
        not_after=now + timedelta(hours=12), **UNTRIED,
    )  # fmt: skip


def textbook(
    url: str, keys: Keyring, token: str, public_url: str, now: Callable[[], datetime]
) -> FastAPI:
    """Make the application: an async session of the ORM for each request."""
    app, validator, run = FastAPI(), RequestValidator(token), _runner(url, keys)

    @app.post(PATH)
    async def message(request: Request) -> dict[str, bool]:
        form = dict(parse_qsl((await request.body()).decode()))
        signature = request.headers["x-twilio-signature"]
        if not validator.validate(public_url + PATH, form, signature):
            raise HTTPException(403)
        await run(lambda session: turn(session, form, keys, now()))
        return {"ok": True}

    return app


def way(url: str) -> str:
    """Say how the textbook reaches a database."""
    if not url.startswith("sqlite"):
        return "async ORM on asyncpg"
    return "async ORM on aiosqlite" if find_spec("aiosqlite") else "ORM in threads"


def _runner(url: str, keys: Keyring) -> Callable[[Callable[[Session], None]], Any]:
    """Give each turn a session of its own and one transaction."""
    if way(url) == "ORM in threads":
        threaded = create_engine(url, pool_size=16)
        _prepared(threaded, keys)

        def in_thread(work: Callable[[Session], None]) -> None:
            with Session(threaded) as session, session.begin():
                work(session)

        return lambda work: asyncio.to_thread(in_thread, work)
    address = make_url(url)
    if url.startswith("sqlite"):
        address = address.set(drivername="sqlite+aiosqlite")
    engine = create_async_engine(address, pool_size=16)
    _prepared(engine.sync_engine, keys)

    async def in_loop(work: Callable[[Session], None]) -> None:
        async with AsyncSession(engine) as session, session.begin():
            await session.run_sync(work)

    return in_loop


def _prepared(engine: Engine, keys: Keyring) -> None:
    """Put the keys where the columns look for them, and make SQLite as durable as ours is."""
    engine.dialect.keyring = keys  # type: ignore[attr-defined]
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        for pragma in writer_pragmas():
            connection.cursor().execute(f"PRAGMA {pragma}")
