"""Every route of the staff page, by hand."""

from __future__ import annotations

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from bot.handlers.staff_forms import HOME
from bot.handlers.staff_pages import House
from bot.handlers.staff_pages_attendance import AttendancePages
from bot.handlers.staff_pages_attending import Attending
from bot.handlers.staff_pages_door import FrontDoor
from bot.handlers.staff_pages_family import FamilySettings
from bot.handlers.staff_pages_holidays import Holidays
from bot.handlers.staff_pages_manager import Office
from bot.handlers.staff_pages_meet import MeetingSheet
from bot.handlers.staff_pages_meeting import MeetingRoom
from bot.handlers.staff_pages_plan import PlanPage
from bot.handlers.staff_pages_presence import WhosIn
from bot.handlers.staff_pages_record import FamilyRecord
from bot.handlers.staff_pages_referrals import Referrals
from bot.handlers.staff_pages_registers import RegisterDesk
from bot.handlers.staff_pages_rules import ContactRules
from bot.handlers.staff_pages_status import CaseStanding
from bot.handlers.staff_pages_taking_on import TakingOn
from bot.handlers.staff_pages_visits import VisitPages
from bot.handlers.staff_pages_wishes import HolidayWishes
from bot.handlers.staff_pages_work import Work
from bot.pages.rendering import STAFF_ASSETS


def staff_routes(house: House) -> list[BaseRoute]:
    """Make the routes of the staff page."""
    assets = Mount(f"{HOME}/assets", StaticFiles(directory=STAFF_ASSETS), name="staff-assets")
    return [
        assets,
        *FrontDoor(house).routes(),
        *Work(house).routes(),
        *Office(house).routes(),
        *FamilySettings(house).routes(),
        *MeetingSheet(house).routes(),
        *Referrals(house).routes(),
        *FamilyRecord(house, FamilySettings(house).settings).routes(),
        *ContactRules(house, FamilySettings(house).settings).routes(),
        *TakingOn(house).routes(),
        *CaseStanding(house, FamilySettings(house).settings).routes(),
        *MeetingRoom(house).routes(),
        *Holidays(house).routes(),
        *HolidayWishes(house, FamilySettings(house).settings).routes(),
        *RegisterDesk(house).routes(),
        *Attending(house, FamilySettings(house).settings).routes(),
        *PlanPage(house, FamilySettings(house).settings).routes(),
        *WhosIn(house).routes(),
        *AttendancePages(house).routes(),
        *VisitPages(house).routes(),
    ]
