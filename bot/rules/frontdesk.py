"""The front desk: what every message is, before a conversation sees it. Pure and total.

Control words count only as the whole message, folded but never guessed. Everything else here
raises something for a person to look at; nothing here hides or answers a message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.rules.crisis import Alarm, Lexicon, alarms, lexicon_of, most_urgent
from bot.rules.folding import tokens
from bot.rules.worries import COMPLAINTS


class Control(StrEnum):
    """A word that steers the service itself."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    CALL = "call"
    MORE = "more"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the front desk saw in one message."""

    control: Control | None = None
    carrier_word: bool = False  # CANCEL, END, QUIT ... alone: a person looks, it is no opt-out
    asks_to_stop: bool = False  # in natural words: hold what is automatic, a person confirms
    wrong_number: bool = False
    complaint: bool = False
    alarms: tuple[Alarm, ...] = ()  # most urgent first
    names: tuple[str, ...] = ()  # ids of the staff named in the words

    @property
    def level(self) -> str | None:
        """The most urgent level, if there is any."""
        return self.alarms[0].level if self.alarms else None

    def with_alarms(self, more: Iterable[Alarm]) -> Reading:
        """Add what the words mean in answer to what was asked."""
        return replace(self, alarms=most_urgent((*self.alarms, *more)))


# STOP, and what can mean nothing but STOP: its own forms, and its sound in other scripts. Words
# for "enough" or "end" are left out in every language: alone they may be a cry.
_CONTROLS = {
    Control.STOP: "stop, stopall, stop all, optout, opt out, سٹاپ, اسٹاپ, ستوب, ستۆپ, ਸਟਾਪ",
    Control.START: "start, unstop, سٹارٹ, اسٹارٹ, ستارت, ਸਟਾਰਟ",
    Control.HELP: "help, info",
    Control.SMS: "sms, by sms, use sms, sms please, back to sms, ایس ایم ایس, esemes, prosze sms",
    Control.MORE: "more, more please, please more, wiecej, مزید",
    Control.CALL: """
        call needed, need a call, want a call, i need a call, i want a call, id like a call
        a call please, a phone call please, phone call, phone call please, callback, call back
        zadzwon, zadzwon do mnie, zadzwoncie, prosze zadzwonic, prosze o telefon, oddzwon
        prosze dzwonic, prosze zadzwon, prosze do mnie zadzwonic, prosze o kontakt telefoniczny
        کال, کال کریں, فون کریں, کال کرو, فون کرو, مجھے کال کریں, مجھے فون کریں, کال کر دیں
        call karo, call karen, call karein, call kar do, phone karo, phone karen, phone karein
        mujhe call karo, mujhe call karen, mujhe phone karen, please call karen, فون کر دیں
        sunati ma, suna ma, va rog sunati ma, paskambinkite, prasau paskambinkite
        piezvaniet, ludzu piezvaniet, zavolejte, zavolejte mi, prosim zavolejte, zavolej mi
        اتصل بي, اتصلوا بي, اتصل, ਕਾਲ ਕਰੋ, ਫ਼ੋਨ ਕਰੋ, پەیوەندیم پێوە بکە, appelez moi""",
}
_CARRIER = "cancel, end, quit, unsubscribe, revoke"

_PLEASE = r"(?: (?:please|pls|plz|just))*"
_CALL_SENTENCE = re.compile(
    r"(?: (?:hi|hello|hiya|hey|ok|yes|yeah|you))*"  # a name of staff was read as "you"
    rf"{_PLEASE}(?: (?:can|could|will|would) (?:you|u|someone|somebody|anyone))?{_PLEASE}"
    r"(?: (?:i|id) (?:need|want|like) (?:you|u) to)?"
    r" (?:(?:call|ring|phone|fone|bell|buzz|telephone) (?:me|us)|call|ring"
    r"|give (?:me|us) a (?:call|ring|bell|buzz|phone|phone call))(?: back)?"
    rf"{_PLEASE}(?: (?:now|asap|today|tonight|tomorrow|later|urgently|when (?:you|u) can))?"
    rf"{_PLEASE}(?: (?:thanks|thank you|ta|cheers|x+|you))*"
)
_STOP_AND_MORE = re.compile(r"stop(?: stop)*(?: \d+)?")  # "STOP STOP", "stop 12345"
_TITLES = frozenset(("mr", "mrs", "ms", "miss", "dr", "sir"))

_ASKS_TO_STOP = """
    ^ please/can? you? please? stop please/now/it/this/thanks? $
    ^ stop sent from
    <@others stop/quit @writing me/us/my/this/here/now/please/thanks/immediately
    <@others stop/quit @writing $
    <@others stop/quit contacting
    please stop @writing
    you to stop @writing
    <@others stop/quit the/these/your/all/with/sending/getting ..2 @messages
    <@others stop sending me/us
    want/like to stop getting/receiving
    dont/never @write me/us/this !@only
    dont/never @write $
    no more @messages
    dont want/need ..3 @messages !@only
    dont want ..1 to? be? contacted/texted/messaged
    ^ please? leave me/us alone
    take/remove/delete ..1 me/us/my ..3 off/from/number/details
    opt me/us/my out
    unsubscribe me/us
    nie pisz/piszcie/pisac
    przestan/przestancie pisac
    nie chce ..2 wiadomosci/smsow/smsy
    wypisz/wypiszcie mnie
    پیغام/پیغامات/میسج/میسجز نہ/مت/بند
    message/messages/sms mat/na/nahi/band karo/karen/karein/kare/bhejo/bhejein/bhejen
    ^ band karo/karen/karein/kar do? $
    ^ بند کریں/کرو/کر دیں/دو? $
"""

_WRONG_NUMBER = """
    wrong number/num !for/on/of
    youve/you/have/got ..2 wrong number/num/person/people/family
    texted/texting/messaging/sorry/think ..2 wrong person/people/family
    ^ wrong person
    this/that/it isnt !a/my/the/good/on/about ..2 phone/number
    its/thats not !a/my/the/in/on/good/about/his ..1 phone/number
    no longer !a/have/got/on/using ..2 phone/number
    not !@busy ..1 phone/number anymore/now
    number belongs/belong to someone/somebody
    whos/who this/that/you/are ..4 dont/do know !@unsure
    dont/do know any !@others_any ..1 $
    dont/do know any !@others_any ..1 sorry/mate/so/here/love/pal
    dont know ..1 anyone/anybody/nobody called/named/by
    nobody/anyone/anybody/noone/one called/named/by !me/him/her/us
    never heard of !it/that/this
    dont/havent have/got any kids/children
    dont/havent have/got kids/children $
    dont/havent have/got a son/daughter/child !who/and/in/at/with
    zly/bledny/niewlasciwy numer
    pomylka
    zla osoba
    to nie ten/jest numer/moj
    nie znam zadnego/zadnej/takiej/takiego
    غلط/رانگ نمبر
    galat/ghalat/galt/rong number
    numar/numarul gresit
    ati/ai gresit numarul?
    ne tas numeris
    klaidingas numeris
    nepareizs numurs
    spatne/spatny cislo
    omyl
    رقم/الرقم خطأ/غلط
    ਗਲਤ ਨੰਬਰ
    ژمارەکە هەڵەیە
    mauvais/faux numero
"""

# Somebody else's number was wrong, not this one: their own phone is the right one.
_THEIR_SLIP = "i/ive/we/weve gave/given/put/wrote/rang/called/dialled ..5 wrong"

_DESK = lexicon_of((
    ("asks_to_stop", "L3", _ASKS_TO_STOP),
    ("wrong_number", "L3", _WRONG_NUMBER),
    ("their_slip", "L3", _THEIR_SLIP),
    ("complaint", "L3", COMPLAINTS),
))  # fmt: skip


def read(words: str, lexicon: Lexicon, staff: Mapping[str, str]) -> Reading:
    """Read one message; `staff` maps ids to full names. Never raises."""
    said = tokens(words)
    whole = " ".join(said)
    names = _named(said, staff)
    control = _control(whole, _called(said, staff))
    raised = alarms(words, lexicon)
    seen = {alarm.category for alarm in alarms(words, _DESK)}
    stops = control is None and ("asks_to_stop" in seen or bool(_STOP_AND_MORE.fullmatch(whole)))
    complains = any(alarm.category == "complaint_consent" for alarm in raised) and not stops
    return Reading(
        control=control,
        carrier_word=whole in _CARRIER_WORDS,
        asks_to_stop=stops,
        wrong_number="wrong_number" in seen and "their_slip" not in seen,
        complaint="complaint" in seen or complains,
        alarms=raised,
        names=names,
    )


def _forms(listed: str) -> frozenset[str]:
    lines = listed.replace("\n", ",").split(",")
    return frozenset(" ".join(tokens(line)) for line in lines) - {""}


_CARRIER_WORDS = _forms(_CARRIER)
_CONTROL_OF = {form: control for control, listed in _CONTROLS.items() for form in _forms(listed)}


def _control(whole: str, called: Sequence[str]) -> Control | None:
    if whole in _CONTROL_OF:
        return _CONTROL_OF[whole]
    sentence = "".join(f" {word}" for word in called)
    return Control.CALL if _CALL_SENTENCE.fullmatch(sentence) else None


def _called(said: Sequence[str], staff: Mapping[str, str]) -> list[str]:
    """Read the first name of anybody on the staff as "you": "can Dani ring me"."""
    first_names = {name[0] for name in map(_plain_name, staff.values()) if name}
    return ["you" if word in first_names else word for word in said]


def _named(said: Sequence[str], staff: Mapping[str, str]) -> tuple[str, ...]:
    """Find staff by first name, or by title and surname; "Dani's" is Dani."""
    text = f" {' '.join(said)} "
    found = []
    for staff_id, full_name in staff.items():
        name = _plain_name(full_name)
        ways = [*name[:1], *(f"{title} {name[-1]}" for title in _TITLES if name)]
        if any(f" {way}{ending} " in text for way in ways for ending in ("", "s")):
            found.append(staff_id)
    return tuple(found)


def _plain_name(full_name: str) -> tuple[str, ...]:
    """Fold a name part by part, without its title; "Anne-Marie" is one part."""
    parts = (" ".join(tokens(part)) for part in full_name.split())
    return tuple(part for part in parts if part and part not in _TITLES)
