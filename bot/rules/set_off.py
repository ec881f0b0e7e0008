"""A child who set off for school and is not there: what the family of such a child says. Pure.

"He left for school at 8" is ordinary news. Of a child whom the register does not have in, it
means that nobody knows where the child is. Other languages: drafts from memory, to be checked by
somebody who speaks them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Protocol

from bot.rules.attendance import Mark, Session
from bot.rules.crisis import Alarm, alarms, lexicon_of
from bot.rules.marks import HALVES, LATE, NO_REASON_YET, UNKNOWN_REASON, Codes, Half

# Left, brought or fetched this morning: nowhere, until somebody has seen the child.
_SET_OFF = """
    <@not_them left !his/her/their/my/our/the/a/it/him/me/us/over/behind/alone/some/something
    <@not_them headed for/to/off/in
    <@not_them set/setting off
    <@not_them walked/cycled/biked to/in/there/@lessons
    <not/didnt/never/wont went/gone to ..1 @lessons
    <not/didnt/never/wont went/gone in !to/the/a/an/for
    dropped/drop/took/walked/drove him/her/them ..2 @lessons/off/there
    dropped/drop him/her/them ..1 at !his/her/my/our/their/nan/nans/grans
    dropped/took/walked/drove @kid ..2 @lessons/off/there
    <not/didnt/never got/gets/gone/went/put ..1 on/in the/his/her/a bus/taxi/minibus/train
    <not/didnt/never got/caught/took the/his/her bus/train/minibus
    taxi/bus/minibus/driver took/collected/fetched him/her/them
    <i/ive/we/weve picked him/her/them up
    <nie/nigdy wyszedl/wyszla/poszedl/poszla/pojechal/pojechala do/na ..1 szkoly/lekcje
    <nie/nigdy wyszedl/wyszla z domu
    <nie odwiozlem/odwiozlam/zawiozlem/zawiozlam/zaprowadzilem/zaprowadzilam
    سکول/اسکول/school گیا/گئی/gaya/gya/gayi/gai
    سکول/اسکول/school چلا/چلی/chala/chali گیا/گئی/gaya/gya/gayi/gai
    سکول/اسکول/school کے/ke/k لیے/لئے/liye/lye نکلا/نکلی/نکل/nikla/nikli/nikal
    سکول/اسکول/school چھوڑا/چھوڑ/chora/choda/chor
"""
# Where the family believes the child to be, which the register does not bear out.
_BELIEVED_IN = """
    should/must/supposed ..2 there
    should/must/supposed ..3 in/at @lessons
    <not/isnt/wasnt/dont/if/back hes/shes/theyre/is/was in today/@lessons
    <not/isnt/wasnt/dont/if hes/shes/theyre/is/was at @lessons
    jest/byl/byla w szkole
"""
# They come late, have come since, or are elsewhere with somebody: a person reads it all the same.
_KNOWN = """
    just left/leaving/set/dropped/gone/going
    left/leaving/leaves/off/gone/dropped now/late
    on his/her/their/the way
    running/bit/be/been/is/hes/shes/theyre late
    will/ll/hell/shell/theyll/going be there/in/with
    there/in soon/shortly/now
    was/got/get/hes/shes/arrived there
    came/come/coming/comes/brought/back/sent home
    sent/send him/her/them home
    hes/shes/theyre/is/now/still home
    at home
    with me/us/his/her
    doctor/doctors/dentist/hospital/appointment/clinic/gp
    not/hasnt/didnt/dont set/left/go/gone/leave yet
    yesterday/tomorrow
    w drodze
    spozni/spoznia/spoznil/spoznila
"""
NOT_IN = frozenset({NO_REASON_YET, UNKNOWN_REASON})
_CHILDREN = lexicon_of((("missing", "L1", _SET_OFF), ("missing", "L2", _BELIEVED_IN)))
_FOUND = lexicon_of((("missing", "L3", _KNOWN),))


def alarms_of(words: str) -> tuple[Alarm, ...]:
    """Find whether somebody says that a child set off, or is in."""
    raised = alarms(words, _CHILDREN)
    return () if raised and alarms(words, _FOUND) else raised


class Said(Protocol):
    """One mark a register has given for a day, and until when it held."""

    @property
    def code(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def until(self) -> datetime | None: ...


def gone_from(
    marks: Collection[Mark], codes: Codes, seen_in: Collection[Session], day: date
) -> Half | None:
    """Name the session of a day that a child is missing from: nobody has seen the child since."""
    for half in reversed(HALVES):
        said = {mark.code for mark in marks if (mark.day, mark.half) == (day, half)}
        came = said & LATE or any(codes[code].counts == "attended" for code in said)
        if came or (day, half) in seen_in:
            return None
        if said & NOT_IN:
            return half
    return None


def was_known(said: Iterable[Said], at: datetime) -> bool:
    """Say whether a register had a child down as absent already at a moment of its day."""
    return any(
        mark.code in NOT_IN and mark.at <= at and (mark.until is None or at <= mark.until)
        for mark in said
    )
