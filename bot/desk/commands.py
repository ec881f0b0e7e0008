"""Everything staff can do by typing a command, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.desk.alarms import ALARMS
from bot.desk.attach import ATTACH
from bot.desk.away import AWAY, BACK
from bot.desk.base import Command
from bot.desk.case import CASE
from bot.desk.danger import DANGER
from bot.desk.decide import DECIDE
from bot.desk.find import FIND
from bot.desk.link import LINK
from bot.desk.log import LOG
from bot.desk.mycases import MYCASES
from bot.desk.note import NOTE
from bot.desk.pause import PAUSE, RESUME
from bot.desk.promise import PROMISE, PROMISES
from bot.desk.release import RELEASE
from bot.desk.team import TEAM
from bot.desk.today import TODAY
from bot.desk.transfer import TRANSFER
from bot.desk.wrong import WRONG

READING = (TODAY, MYCASES, CASE, FIND, TEAM)
WRITING = (LOG, NOTE, PROMISE, PROMISES, DECIDE)
SAFEGUARDING = (DANGER, ALARMS)
COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        command.name: command
        for command in (
            *READING,
            *WRITING,
            *SAFEGUARDING,
            AWAY,
            BACK,
            TRANSFER,
            PAUSE,
            RESUME,
            ATTACH,
            RELEASE,
            LINK,
            WRONG,
        )
    }
)
