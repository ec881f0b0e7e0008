"""New referrals are told to whoever decides about them: at work, and once a day in one line."""

from __future__ import annotations

from bot.rules.referral_told import notice
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.turns.referrals import sight_of
from bot.turns.referrals_told import JOB, decider, hears_from, told
from storage import referrals as records
from storage.addresses import Someone, person_by_ref
from storage.conversations import Moment, set_due, take_moment


def new_referrals(scene: Scene, moment: Moment) -> None:
    """Tell of what came since the last notice; off shift it waits for the next."""
    if not take_moment(scene.connection, moment):
        return
    who = decider(scene)
    begins = hears_from(scene, who) if who else None
    if begins is not None and begins > scene.now:
        set_due(scene.connection, moment.job, moment.subject, begins, moment.turn)
        return
    set_due(scene.connection, moment.job, moment.subject, None)
    staff = person_by_ref(scene.connection, who.ref) if who else None
    if staff is not None:
        _tell(scene, staff, moment.turn)


def _tell(scene: Scene, staff: Someone, first: int) -> None:
    """Tell one person of what nobody has decided about since, as far as they may read it."""
    rows = records.open_referrals(scene.connection, sight_of(scene, staff))
    new = [
        records.listed(row)
        for row in rows
        if row.status == records.NEW and row.by != staff.ref and records.number_of(row.ref) >= first
    ]
    if not new:
        return
    new.sort(key=lambda one: records.number_of(one.ref))
    matter = Matter(JOB, notice(new, shown=True), discreet_words=notice(new, shown=False))
    notify(scene, staff.ref, None, matter)
    told(scene)
