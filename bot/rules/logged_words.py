"""The words key workers use in notes: how, where, about what, and how it ended."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from re import Pattern
from types import MappingProxyType

FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75"}
APOSTROPHES = re.compile(r"['’‘`´]")
MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
# One word for what is written in several, so that what follows can count in words.
ONE_WORD = (
    (re.compile(r"\b(?:1|one)\s*(?:[:-]|to|2)\s*(?:1|one)\b"), "oneone"),
    (re.compile(r"\bhead of (?:yr|year)\b"), "hoy"),
    (re.compile(r"\bsocial worker\b|\bs/w\b"), "sw"),
    (re.compile(r"\bfoster (?:carer|mum|dad)\b"), "fostercarer"),
    (re.compile(r"\bstep[ -](?=dad|mum|father|mother)"), "step"),
    (re.compile(r"\b(?:nobody|no ?one)\b|\bno 1\b"), "nobody"),
    (re.compile(r"\b(\w+)n t\b"), r"\1nt"),
    (re.compile(r"\b(did|was|would|could|has|is) not\b"), r"\1nt"),
    (re.compile(r"\bkids|children\b"), "kids"),
)


def folded(words: str) -> str:
    """Make notes comparable: small letters, no accents, lines parted by a full stop."""
    for part, figure in FRACTIONS.items():
        words = words.replace(part, figure)
    plain = APOSTROPHES.sub("", re.sub(r"\s*\n\s*", ". ", words.strip()))
    bare = unicodedata.normalize("NFKD", plain).casefold()
    said = "".join(each for each in bare if unicodedata.category(each) not in {"Mn", "Cf"})
    said = re.sub(r"[–—]", "-", said)
    for sign, one in ONE_WORD:
        said = sign.sub(one, said)
    return " ".join(said.split())


def first_of(table: Iterable[tuple[str, Pattern[str]]], said: str) -> str:
    """Take the first row of a table whose sign is there. Empty: none is."""
    return next((name for name, sign in table if sign.search(said)), "")


def _signs(table: Mapping[str, str]) -> tuple[tuple[str, Pattern[str]], ...]:
    return tuple((name, re.compile(rf"\b(?:{sign})\b")) for name, sign in table.items())


MODES = _signs({
    "video": "video|teams|zoom|facetime\\w*|online|google meet",
    "voicemail": "(?:left|leaving)(?: an?| her| him)? (?:vm|voice ?mail|msg|mess?age|answerphone)"
                 "(?: msg| message)?",
    "email": "emailed|sent(?: an?)? email|email (?:to|from)|replied by email",
    "letter": "letter (?:posted|sent|delivered|to)|(?:posted|sent|wrote)(?: an?)? letter",
    "other_message": "texted|whats ?app(?:ed)?|messaged|sent(?: an?)? text|"
                     "(?:text|message|msg) from",
    "telephone": "r[ai]ng|rung|called(?! (?:round|in at|at|by))|call|phoned|telephoned|phone|fone|"
                 "t/?c|tel|tried (?:mum|dad|nan|calling|ringing|to (?:ring|call))|dialled",
    "meeting": "mtg|meeting|taf|cin|panel|review|conference|core group|strategy|supervision|tac",
    "face_to_face": "hv|home vis+i?t|visit|visited|vist|knocked|saw|met|oneone|session|lift|drove|"
                    "cafe|coffee|costa|mc ?donalds|maccies|greggs|walk(?:ed)?|mediation|screen|"
                    "intervention|group|mentoring|dropped|popped|called (?:round|in at|at|by)|"
                    "came in(?:to)?|at (?:the )?door|doorstep|in person|f2f|face to face|obs|"
                    "observed|picked|collected|took|seen|wnb|not brought|bowling|gym|lunch|"
                    "swimming|cooking|left(?: an?)? (?:card|note)|nobody (?:in|home)",
})  # fmt: skip
INBOUND = re.compile(r"\b(?:text|message|msg|email|call|letter|voicemail|vm) from\b")
FACE_TO_FACE_AT = re.compile(r"\b(?:at|in|from) (?:the |his |her )?(?:centre|home|school|pru)\b")
TALKED = re.compile(
    r"\b(?:spoke|spke|spoken|chat\w*|agreed|told|said|says|discussed|talk\w*|asked|explained|"
    r"got hold|answered|caught up|catch up|happy with|ok with)\b"
)
PLACES = _signs({
    "community_car_lift": "lift|in (?:the |my )?car|drove|car ride",
    "community_cafe": "cafe|coffee|costa|mc ?donalds|maccies|greggs|nandos|kfc|subway|starbucks",
    "home": "hv|home vis+i?t|vist(?:ed)? home|visit(?:ed)? (?:to |at )?home|(?:at|to) home|knocked|"
            "at (?:the )?door|doorstep|called round|nobody (?:in|home)",
    "learning_centre": "(?:at|in|to|into)(?: the)? (?:learning )?centre|millrace|pru|came into",
    "mainstream_school": "at (?:the |his |her )?(?:home )?school|school (?:visit|gate)|marl beck|"
                         "academy|high school|mainstream|in (?:maths|english|science|lesson\\w*)",
    "other_agency": "family hub|police station|court|camhs (?:office|clinic)|clinic|hospital|"
                    "council|job ?centre|housing office",
    "community_other": "park|gym|library|town|walk(?:ed)?|bowling|youth club|pool|shops?",
})  # fmt: skip
RESULTS = _signs({
    "wrong_person": "wrong (?:number|no|person)|some(?:one|body) else answered",
    "refused_contact": "(?:wouldnt|wldnt|would not|refused to) (?:let me in|open|speak|talk|answer)"
                       "|refused contact|hung up|slammed",
    "left_message": "(?:left|leaving)(?: an?| her| him)? (?:vm|voice ?mail|msg|mess?age|card|note|"
                    "answerphone)",
    "no_answer": "no (?:answer|ans|reply|response|pick ?up)|(?:didnt|not|wasnt) (?:answer|pick)\\w*"
                 "|straight to (?:vm|voice ?mail|answerphone)|nobody (?:in|home|there)|rang out|"
                 "(?:phone|mobile) (?:was |is )?(?:off|dead)|couldnt (?:get hold|reach)|"
                 "unable to (?:reach|contact)|not answering",
})  # fmt: skip
CANCELLED = frozenset(
    {"was_not_brought", "rearranged", "cancelled_by_us", "cancelled_by_family", "not_done"}
)
OUTCOMES = _signs({
    "was_not_brought": "not brought|wasnt brought|wnb",
    "rearranged": "rearrang\\w*|resched\\w*|re-arrang\\w*",
    "cancelled_by_us": "(?:i|we|ive|weve)(?: had to| have| have to)? cancel\\w*|cancelled by us|"
                       "had to cancel",
    "cancelled_by_family": "(?:mum|dad|nan|gran|carer|family|they|she|he) (?:has |had )?cancel\\w*|"
                           "cancelled by (?:mum|dad|nan|family|carer)",
    "not_done": "cancel\\w*|dna|did(?:nt| not) (?:happen|go ahead)|did(?:nt| not) attend",
    "declined": "declined",
    "partly": "cut short|ended early|left early|had to stop|only part",
})  # fmt: skip
TOPICS: Mapping[str, Pattern[str]] = MappingProxyType(dict(_signs({
    "routines": "routines?|bed ?time|sleep\\w*|getting up",
    "boundaries": "boundar\\w*|ground rules|consequences|screen time",
    "transport": "taxis?|bus|buses|minibus|transport",
    "attendance": "attendance|off school|not in school|absent|absences?|truant\\w*|school refus\\w*"
                  "|not attending",
    "behaviour": "behaviou?r\\w*|kick(?:ed|ing) off|fight\\w*|suspen\\w*",
    "wellbeing": "well-?being|anxi\\w*|low mood|self-? ?harm\\w*|panic\\w*|mental health",
    "health": "gp|tummy|poorly|hospital|medication|meds|dentist|asthma|unwell",
    "send": "ehcp?|sen support|send|adhd|autis\\w*|asd|dyslexi\\w*|diagnos\\w*",
    "housing": "housing|evict\\w*|landlord|tenancy|rehous\\w*",
    "money": "money|food ?bank|food parcel|debts?|benefits|universal credit|pip|bills",
    "relationships": "mates|friends\\w*|girlfriend|boyfriend|fallen out|peers",
    "exploitation_risk": "county lines|exploit\\w*|older lads|drugs?|dealing|nrm",
    "post16": "college|post-? ?16|apprentice\\w*|sixth form",
})))  # fmt: skip
ACTIVITIES = _signs({
    "ap_panel": "(?:ap )?panel",
    "allocation_meeting": "allocation (?:mtg|meeting)|allocations",
    "step_out_review": "step-? ?out",
    "reintegration_meeting": "reint\\w* (?:mtg|meeting)",
    "cin_cp": "cin|cp|core group|child protection",
    "agency_liaison": "taf|tac|multi-? ?agency|strategy|professionals (?:mtg|meeting)",
    "salt_screen": "(?:salt|sal?t|speech)\\w* screen\\w*",
    "communication_passport": "passport",
    "ep_assessment": "ep assess\\w*",
    "mental_health_assessment": "mental health assess\\w*",
    "youth_justice_assessment": "youth justice assess\\w*|asset ?plus",
    "girls_group": "girls group",
    "holiday_activity": "holiday (?:activity|programme|club)",
    "specialist_group": "group",
    "therapeutic_support": "talking session|therap\\w*",
    "mentoring": "mentor\\w*|coaching",
    "attendance_planning": "attendance plan\\w*",
    "behaviour_regulation": "regulation|zones",
    "reading": "reading",
    "speech_language": "salt|speech|language",
    "family_mediation": "mediation",
    "outward_referral": "(?:made|sent|did)(?: an?)? referral|referred",
    "reflective_practice": "reflective|supervision",
    "staff_training": "training",
})  # fmt: skip
PURPOSES = MappingProxyType({
    "family_mediation": "mediation",
    "outward_referral": "signpost",
    "reintegration_meeting": "reintegration",
    "step_out_review": "review_meeting",
    "agency_liaison": "information",
    "school_liaison": "information",
    "cin_cp": "review_meeting",
    "attendance_planning": "attendance",
    "holiday_activity": "holiday",
    **dict.fromkeys(
        ("salt_screen", "communication_passport", "ep_assessment", "mental_health_assessment",
         "youth_justice_assessment"), "assessment"),
    **dict.fromkeys(
        ("mentoring", "therapeutic_support", "reading", "speech_language", "behaviour_regulation",
         "girls_group", "specialist_group"), "direct_work"),
})  # fmt: skip

_END = r"(?=\s*(?:[,;\n]|\.(?!\d)|$))"
_ACTIONS = tuple(
    re.compile(sign + _END, re.IGNORECASE)
    for sign in (
        r"\b(?P<it>next (?:one|meeting|mtg|visit|hv|taf|review|session|call)\b[^,;\n]*?)",
        r"\b(?:next(?: steps?)?|actions?)\s*[:-]\s*(?P<it>[^,;\n]+?)",
        r"\bagreed(?: that| to)?\s+(?P<it>[^,;\n]+?)",
        r"(?:^|[,;.\n])\s*(?P<it>[^,;.\n]+?)\s+(?:agreed|to do)",
        r"\b(?P<it>(?:he|she|they|mum|dad|school|sw|senco|nan)\s+(?:will|to)\s+[^,;\n]+?)",
        r"\b(?:i will|i['’]?ll|we will|we['’]ll|will|(?:i )?need to)\s+(?P<it>[^,;\n]+?)",
        r"\b(?:rearranged|rescheduled|moved|booked)\s+(?:for|to)\s+(?P<it>[^,;\n]+?)",
    )
)


def next_action(words: str) -> tuple[str, str]:
    """Part what was agreed or is still to do from what was done."""
    for sign in _ACTIONS:
        hit = sign.search(words)
        if hit:
            start, end = hit.span("it")
            return hit["it"].strip(), f"{words[:start]} {words[end:]}"
    return "", words
