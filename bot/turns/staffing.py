"""`staff invite` and `staff revoke`, as the person at the keyboard reads them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.scene.family import local_time
from bot.scene.scene import Scene, Taskforce
from bot.turns.access import Invitation, Revoked, invite, revoke
from storage.database import Database

BY = "system"  # whoever may use this machine; the audit cannot know more


async def invite_staff(database: Database, taskforce: Taskforce, ref: str, now: datetime) -> str:
    """Make a code for a member of staff; raises `NotReady` for anybody else."""

    def work(connection: Connection) -> Invitation:
        return invite(Scene(connection, taskforce, now, f"invite:{now.isoformat()}"), ref, BY)

    made = await database.write(work)
    shown = f"{made.code[:5]}-{made.code[5:]}"
    lines = [
        f"{made.name}: type this code to the staff bot until {local_time(made.until)}.",
        f"    {shown}",
        "It works once, for one chat. Give it to them in person or by phone.",
    ]
    if made.returns:
        lines.append("Their access had been ended: the code gives it back.")
    return "\n".join(lines)


async def revoke_staff(database: Database, taskforce: Taskforce, ref: str, now: datetime) -> str:
    """Cut a member of staff off; raises `NotReady` for anybody else."""

    def work(connection: Connection) -> Revoked:
        return revoke(Scene(connection, taskforce, now, f"revoke:{now.isoformat()}"), ref, BY)

    done = await database.write(work)
    lines = [f"{done.name} is cut off: chats, codes and notices ended at once."]
    if done.tasks_moved:
        lines.append(f"{done.tasks_moved} open tasks went to whoever owns them now.")
    if done.cases:
        lines.append(f"Still their cases, to be handed over: {', '.join(done.cases)}.")
    return "\n".join(lines)
