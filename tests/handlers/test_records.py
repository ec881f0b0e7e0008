"""What the record page says of messages that did not go."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.handlers import records
from storage.addresses import person_by_ref
from storage.conversations import note_not_sent


async def test_praise_that_did_not_go_is_not_called_a_check_in(sqlite_play):
    def leave_out(c: Connection) -> list[str]:
        carer = person_by_ref(c, "C018")
        for job, of in (("check_in", "C018/2026-11-30"), ("attendance", "P16/praise/2026-11-27")):
            about = (carer.id, ["P16"], "no approved wording")
            note_not_sent(c, f"{job}/{of}", sqlite_play.now, job, *about)
        return [each["text"] for each in records.held(c) if each["person"] == "C018"]

    said = await sqlite_play.database.write(leave_out)
    assert said == ["(weekly check-in)", "(praise for coming in)"]
