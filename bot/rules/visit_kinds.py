"""What a visit or appointment can be: its name among staff, and what a family calls it. Pure.

The public label is all that ever stands in a text, a calendar or an export (domain.md C5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from bot.i18n import Text, _

Meets = Literal["adult", "child", "both", "nobody"]  # of the family; nobody: staff among themselves
LIFT = "lift"
BASE = frozenset({"learning_centre", "phone", "video"})  # places nobody has to go out to


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of visit: what staff call it, what a family reads, how long it usually takes."""

    key: str  # stored for ever
    name: str  # for staff only
    label: Text  # for families: no diagnosis, no agency
    meets: Meets
    minutes: int = 60
    place: str = "learning_centre"
    activity: str = ""  # of the contact it becomes; empty: its own key
    signs: str = ""  # how staff write it: alternatives of a regular expression, in small letters

    @property
    def logged_as(self) -> str:
        """Name the activity type under which its hours count (domain.md 4.4)."""
        return self.activity or self.key

    @property
    def fills_week(self) -> bool:
        """Say whether it is one of the few visits a family has in a week; a lift is transport."""
        return self.meets != "nobody" and self.key != LIFT


VISIT, TALK, LEARN = _("a visit"), _("a talk"), _("a learning session")
TALKING, MEETING = _("a talking session"), _("a meeting about school")
PLANNING, REVIEW = _("a planning talk"), _("a review of how things are going")

_KINDS = (
    Kind("home_visit", "Home visit", VISIT, "adult", place="home",
         signs=r"home ?visits?|h\.?v\.?|visit (?:at )?home|visit to (?:the )?(?:house|home)"),
    Kind("visit", "Visit", VISIT, "adult", place="home", activity="home_visit",
         signs=r"visits?|vist|see|meet(?: up)?(?: with)?"),
    Kind("family_call", "Call with the family", TALK, "adult", 30, "phone", "family_check_in",
         signs=r"(?:phone ?|telephone )?calls?|ring|phone|catch ?up"),
    Kind("family_support", "Family support", TALK, "adult", activity="family_advice",
         signs=r"family support|advice|drop ?in"),
    Kind("family_mediation", "Family mediation", TALK, "both", signs=r"mediation"),
    Kind("mentoring", "Mentoring", _("time with their mentor"), "child",
         signs=r"mentor\w*|coaching|1 ?(?:to|:|-) ?1|one to one"),
    Kind("therapeutic_support", "Therapeutic support", TALKING, "child",
         signs=r"talking sessions?|therap\w*|mental health session"),
    Kind("behaviour_regulation", "Behaviour and emotional regulation", TALKING, "child",
         signs=r"regulation|zones(?: session)?"),
    Kind("reading", "Reading", _("a reading session"), "child", 45, signs=r"reading"),
    Kind("speech_language", "Speech and language support", LEARN, "child", 45,
         signs=r"s(?:a)?lt|speech(?: and language)?(?: session)?"),
    Kind("attendance_planning", "Attendance planning", PLANNING, "both", 45,
         signs=r"attendance (?:plan\w*|meeting|mtg)"),
    Kind("reintegration_planning", "Reintegration timetable planning", PLANNING, "both", 45,
         signs=r"timetable plan\w*|reint\w* plan\w*"),
    Kind("youth_work", "Youth justice session", _("a session with a support worker"), "child",
         activity="mentoring", signs=r"y(?:outh )?j(?:ustice)?(?: session)?|yot(?: session)?"),
    Kind(LIFT, "Lift", _("a lift"), "child", 30, "community_car_lift", "home_community_support",
         signs=r"lifts?|pick ?up|drive"),
    Kind("salt_screen", "Speech and language assessment", LEARN, "child",
         signs=r"s(?:a)?lt (?:screen\w*|assess\w*)|speech\w* (?:screen\w*|assess\w*)"),
    Kind("ep_assessment", "Educational psychology assessment", LEARN, "both", 90,
         signs=r"e\.?p\.?(?: visit| assess\w*)?|ed psych\w*|ehc\w*(?: visit| assess\w*)?"),
    Kind("mental_health_assessment", "Mental health assessment", TALKING, "child", 90,
         signs=r"mental health assess\w*"),
    Kind("youth_justice_assessment", "Youth justice assessment",
         _("a session with a support worker"), "both", 90,
         signs=r"asset ?plus|y\w* ?j\w* assess\w*"),
    Kind("reintegration_meeting", "Reintegration meeting", MEETING, "both",
         place="mainstream_school", signs=r"reint\w* (?:mtg|meeting)"),
    Kind("step_out_review", "Step-out review", REVIEW, "both", signs=r"step-? ?out(?: review)?"),
    Kind("cin_cp", "CIN or CP meeting", MEETING, "adult", 90, "other_agency",
         signs=r"c\.?i\.?n\.?(?: meeting| mtg)?|c\.?p\.? (?:conf\w*|meeting|mtg)|core group"),
    Kind("taf", "Team around the family", MEETING, "adult", activity="agency_liaison",
         signs=r"taf|tac|team around the (?:family|child)"),
    Kind("ap_panel", "AP Panel", MEETING, "nobody", 90, signs=r"(?:ap )?panel"),
    Kind("allocation_meeting", "Allocation meeting", MEETING, "nobody", 90,
         signs=r"allocation (?:meeting|mtg)|allocations"),
    Kind("school_liaison", "School liaison", MEETING, "nobody", 45, "mainstream_school",
         signs=r"school (?:meeting|mtg|visit)|(?:meeting|mtg) (?:at|with) school"),
    Kind("agency_liaison", "Meeting with another agency", MEETING, "nobody", place="other_agency",
         signs=r"professionals (?:meeting|mtg)|strategy (?:meeting|mtg)"),
    Kind("reflective_practice", "Supervision", MEETING, "nobody", signs=r"supervision|reflective"),
    Kind("staff_training", "Training for staff", MEETING, "nobody", 120, "mainstream_school",
         signs=r"training"),
)  # fmt: skip
KINDS: Mapping[str, Kind] = MappingProxyType({kind.key: kind for kind in _KINDS})

PLACES: Mapping[str, str] = MappingProxyType(
    {
        "home": "at home",
        "learning_centre": "at the learning centre",
        "community_cafe": "in a café",
        "community_car_lift": "in the car",
        "community_other": "out and about",
        "mainstream_school": "at the school",
        "other_agency": "elsewhere",
        "phone": "by phone",
        "video": "by video",
    }
)
# How a family reads it; what was typed as the place itself ("Costa, Mill Lane") stands after it.
PLACE_LABELS: Mapping[str, Text] = MappingProxyType(
    {
        "home": _("at your home"),
        "learning_centre": _("at the learning centre"),
        "community_cafe": _("in a café"),
        "community_car_lift": _("in the car"),
        "community_other": _("out and about"),
        "mainstream_school": _("at school"),
        "other_agency": _("at the place we told you"),
        "phone": _("by phone"),
        "video": _("by video"),
    }
)
