"""Everything staff can do by typing a command, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.desk.attach import ATTACH
from bot.desk.away import AWAY, BACK
from bot.desk.base import Command
from bot.desk.link import LINK
from bot.desk.pause import PAUSE, RESUME
from bot.desk.release import RELEASE
from bot.desk.wrong import WRONG

COMMANDS: Mapping[str, Command] = MappingProxyType(
    {command.name: command for command in (AWAY, BACK, PAUSE, RESUME, ATTACH, RELEASE, LINK, WRONG)}
)
