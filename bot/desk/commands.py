"""Everything staff can do by typing a command, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.desk.alarms import ALARMS
from bot.desk.approve import APPROVE
from bot.desk.attach import ATTACH
from bot.desk.away import AWAY, BACK
from bot.desk.base import Command
from bot.desk.book import BOOK, LIFT
from bot.desk.cadence import CADENCE
from bot.desk.calendar import CALENDAR
from bot.desk.case import CASE
from bot.desk.closed import CLOSED
from bot.desk.copy import COPY
from bot.desk.danger import DANGER
from bot.desk.decide import DECIDE
from bot.desk.find import FIND
from bot.desk.good import GOOD
from bot.desk.holidays import ACTIVITY, HOLIDAY_DUTY, HOLIDAYS
from bot.desk.ics import ICS
from bot.desk.introduce import INTRODUCE
from bot.desk.label import LABEL
from bot.desk.link import LINK
from bot.desk.log import LOG
from bot.desk.mycases import MYCASES
from bot.desk.note import NOTE
from bot.desk.numbers import NUMBERS
from bot.desk.out import OUT, SOS
from bot.desk.pause import PAUSE, RESUME
from bot.desk.placement import HOLD, PLACEMENT
from bot.desk.plan import PLAN
from bot.desk.promise import PROMISE, PROMISES
from bot.desk.quiet import QUIET
from bot.desk.reason import REASON
from bot.desk.refer import REFER, REFERRALS
from bot.desk.release import RELEASE
from bot.desk.restrict import RESTRICT, UNRESTRICT
from bot.desk.shift import SHIFT
from bot.desk.status import STATUS
from bot.desk.style import STYLE
from bot.desk.team import TEAM
from bot.desk.today import TODAY
from bot.desk.transfer import TRANSFER
from bot.desk.visits import CANCEL_VISIT, LATE, MOVE, VISITS
from bot.desk.welcome import WELCOME
from bot.desk.write import WRITE
from bot.desk.wrong import WRONG

READING = (TODAY, MYCASES, CASE, FIND, TEAM, QUIET, NUMBERS, COPY)
SENDING = (WRITE, GOOD, APPROVE)
WRITING = (LOG, NOTE, PROMISE, PROMISES, DECIDE)
VISITING = (BOOK, VISITS, MOVE, CANCEL_VISIT, LATE, LIFT, SHIFT, LABEL)
STANDING = (STATUS, CADENCE, RESTRICT, UNRESTRICT, STYLE)
ATTENDING = (PLACEMENT, HOLD, CLOSED, REASON, PLAN)
ON_HOLIDAYS = (ACTIVITY, HOLIDAYS, HOLIDAY_DUTY)
SAFEGUARDING = (DANGER, ALARMS, OUT, SOS)
CALENDARS = (CALENDAR, ICS)
COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        command.name: command
        for command in (
            *READING,
            *SENDING,
            *WRITING,
            *VISITING,
            *SAFEGUARDING,
            AWAY,
            BACK,
            TRANSFER,
            WELCOME,
            INTRODUCE,
            *STANDING,
            *ATTENDING,
            *ON_HOLIDAYS,
            *CALENDARS,
            REFER,
            REFERRALS,
            PAUSE,
            RESUME,
            ATTACH,
            RELEASE,
            LINK,
            WRONG,
        )
    }
)
