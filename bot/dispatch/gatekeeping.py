"""What the gate has to know about a message, and what follows when it says no."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from bot.dispatch.attempts import whom
from bot.flows import FLOWS
from bot.rules import gate
from bot.rules.verdict import Drop, Hold
from bot.scene import days_missed, invitations, visit_reach
from bot.scene.colleagues import wrote_today
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, local_time
from bot.scene.matters import Matter
from bot.scene.notices import family_behind, mark_words
from bot.scene.nudging import why_not_now
from bot.scene.pace import sent_lately, thread_live
from bot.scene.scene import Scene
from bot.scene.school_days import school_again
from storage import outbox, tasks
from storage.addresses import Line, hold_line_by_id
from storage.conversations import keep_state, load_state, set_due
from storage.received import recall


def request(scene: Scene, row: Row[Any], family: Family) -> gate.Request:
    """Gather what the gate must know about one message."""
    if row.kind == "staff":
        return _to_staff(scene, row, family)
    line, now = family.line, scene.now
    today, this_week = sent_lately(scene, family) if row.kind == "proactive" else (0, 0)
    cancelled, over = _overtaken(scene, row)
    return gate.Request(
        kind=row.kind,
        purpose=row.purpose,
        channel=line.channel,
        do_not_use=family.muted,
        family_paused=any(tie.paused_until and tie.paused_until > now for tie in family.ties),
        all_paused=bool(recall(scene.connection, "all_paused")),
        statuses=family.statuses,
        rules_missing=any(tie.rules_missing for tie in family.ties),
        proven=line.proven_at is not None,
        opted_out=line.opted_out_at is not None,
        stop_asked=line.stop_asked_at is not None,
        blocked=line.carrier_blocked_at is not None,
        wrong=line.wrong_at is not None,
        dead=line.dead_at is not None,
        moved=_moved(row, line),
        not_after=row.not_after,
        cancelled=cancelled,
        over=over,
        not_so=_not_so(scene, row, family),
        early=visit_reach.leaves_early(scene, row, family),
        school_again=school_again(scene, row),
        discreet=family.discreet,
        window=family.window,
        heard_at=row.heard_at,
        overridden_at=row.overridden_at,
        thread_live=row.kind == "proactive" and thread_live(scene, family),
        sent_today=today,
        sent_this_week=this_week,
        wrote_today=len(_colleagues(scene, row, family)) if row.kind == "proactive" else 0,
        colleague_wrote=row.kind == "person" and _crowds(scene, row, family),
        language_ok=row.language in scene.practice.languages,
    )


def _not_so(scene: Scene, row: Row[Any], family: Family) -> str:
    """Say why what a message says is not so any more, or is not to be said by itself."""
    return (
        why_not_now(scene, row, family)
        or days_missed.why_not_now(scene, row, family)
        or invitations.why_not_now(scene, row)
        or visit_reach.why_not_now(scene, row)
    )


def _to_staff(scene: Scene, row: Row[Any], reader: Family) -> gate.Request:
    """Gather what the gate must know about a message to a member of staff."""
    worker = scene.team.workers.get(reader.person.ref) if reader.person else None
    return gate.Request(
        "staff",
        row.purpose,
        not_after=row.not_after,
        moved=_moved(row, reader.line),
        access_ended=worker is not None and not worker.active,
    )


def _moved(row: Row[Any], line: Line) -> bool:
    """Say whether the address has passed to somebody the message was not written for."""
    return row.person_id is not None and row.person_id != line.person_id


def _overtaken(scene: Scene, row: Row[Any]) -> tuple[bool, bool]:
    """Say whether another question took the place of this one, or its conversation is over.

    What asks by itself is good for its own question only: one that waited while the family was
    asked again, or while somebody rang them, would ask what has been answered.
    """
    if row.kind != "proactive" or row.turn is None or row.person_id is None:
        return False, False
    state = load_state(scene.connection, row.person_id)
    return state is not None and state.turn != row.turn, state is None


def _crowds(scene: Scene, row: Row[Any], family: Family) -> bool:
    """Say whether words would come beside a colleague's, and their writer does not know it yet.

    Once is enough: words that waited for a morning are not held for another.
    """
    knows = row.reason in {gate.CROWDED, gate.BESIDE}
    return not knows and bool(_colleagues(scene, row, family))


def _colleagues(scene: Scene, row: Row[Any], family: Family) -> list[str]:
    return wrote_today(scene, family, row.author, since_they_did=row.kind == "person")


def not_now(scene: Scene, row: Row[Any], family: Family, verdict: Hold | Drop) -> None:
    """Hold or drop a message, with its reason; whoever has to know is told."""
    if isinstance(verdict, Hold):
        again = row.status == "held" and row.reason == verdict.reason
        outbox.mark(
            scene.connection, row.id, status="held", due_at=verdict.until, reason=verdict.reason
        )
        if row.kind == "person" and not again:
            _tell_held(scene, row, family, verdict)
        return
    outbox.mark(scene.connection, row.id, status=verdict.status, reason=verdict.reason)
    forget_question(scene, row)
    days_missed.ask_anew(scene, row, verdict.reason)
    invitations.ask_anew(scene, row, verdict.reason)
    if row.kind == "person":
        close_typed(scene, row, "not sent")
        mark_words(scene, row, f"Not sent to {family.for_chat(row.author)}: {verdict.reason}.")
    if verdict.tell:
        words = f"A message to {family.named()} was not sent: {verdict.reason}."
        who = family.owner.staff
        matter = Matter("not_sent", words, None, outbox_id=row.id)
        raise_task(scene, family, who, matter, told=(who,))


def _tell_held(scene: Scene, row: Row[Any], family: Family, verdict: Hold) -> None:
    """Say when typed words will go and why not now, and offer to send them at once."""
    close_typed(scene, row, "held")
    until = local_time(verdict.until)
    words = f"Held until {until} because of {verdict.reason}. To {family.for_chat(row.author)}."
    if verdict.reason == gate.CROWDED:
        words = f"{words} {_who_wrote(scene, row, family)}"
    who = whom(scene, row, family)
    matter = Matter("held", words, outbox_id=row.id, respond_by=verdict.until)
    # It may have been held before at the same attempt, and said to go now.
    held = replace(scene, key=f"{scene.key}:{scene.now}")
    raise_task(held, family, who, matter, told=(who,))


def _who_wrote(scene: Scene, row: Row[Any], family: Family) -> str:
    """Name the colleagues who wrote: whoever types now may want to speak with them first."""
    names = [scene.worker(ref).first_name for ref in _colleagues(scene, row, family)]
    return f"Today: {', '.join(names)}."


def close_typed(scene: Scene, row: Row[Any], outcome: str) -> None:
    """Take the buttons off words that have gone, or will not go."""
    kinds = ("typed", "held", "delayed")
    tasks.close_for_message(scene.connection, row.id, kinds, outcome, scene.now)


def forget_question(scene: Scene, row: Row[Any]) -> None:
    """A question that never left is not open: the conversation it began is over."""
    if row.turn is None or row.person_id is None:
        return
    state = load_state(scene.connection, row.person_id)
    if state is not None and state.turn == row.turn and state.flow in FLOWS:
        keep_state(scene.connection, row.person_id, None, scene.now)
        family = family_behind(scene, hold_line_by_id(scene.connection, row.address_id))
        if family.person is not None:
            set_due(scene.connection, "silence", family.person.ref, None)
