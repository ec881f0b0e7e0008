"""What staff write down besides messages: contacts, notes, promises and decisions."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from storage.audit import first_broken
from storage.details import detail_of
from storage.tables import Audit, Case, Contact, ContactCase, Decision, Person, Promise
from tests.stage import Play, london, marlbridge_taskforce

KAI = "Leanne Thornton (Kai P01)"
CALL = "Leanne rang mum 10 min, agreed taxi for Thu"


async def says(play: Play, who: str, words: str, reply_to: str = "") -> str:
    """What the desk answers to words of a worker."""
    await play.writes(who, words, reply_to)
    return (await play.last(who))["text"]


async def presses(play: Play, who: str, label: str) -> str:
    """Press a button under the newest message; what the desk says then."""
    last = await play.last(who)
    [key] = [choice["key"] for choice in last["choices"] if choice["label"] == label]
    await play.presses(who, key, last["turn"])
    return (await play.last(who))["text"]


async def contacts(play: Play, case: str) -> list:
    """What stands on a case that a person wrote down, with how it went."""

    def read(connection):
        query = (
            select(Contact)
            .join(ContactCase, ContactCase.contact_id == Contact.id)
            .join(Case, Case.id == ContactCase.case_id)
            .where(Case.ref == case, Contact.recorded_by != "system")
            .order_by(Contact.id)
        )
        rows = connection.execute(query).all()
        return [(row, detail_of(connection, row.id)) for row in rows]

    return await play.database.read(read)


async def rows(play: Play, table) -> list:
    return await play.database.read(lambda c: c.execute(select(table).order_by(table.id)).all())


async def audited(play: Play) -> list[tuple[str, str]]:
    found = await rows(play, Audit)
    assert await play.database.read(first_broken) is None
    return [(row.who, row.what) for row in found if row.who != "system"]


async def id_of(play: Play, ref: str) -> int:
    query = select(Person.id).where(Person.ref == ref)
    return await play.database.read(lambda c: c.execute(query).scalar_one())


async def test_a_call_is_said_back_and_stored_on_a_plain_yes(play: Play):
    said = await says(play, "DO", f"/log {CALL}")
    assert said.splitlines()[:4] == [
        f"{KAI}, on P01",
        "Telephone, 10 minutes, mother, reached.",
        "Agreed or next: taxi for Thu.",
        "Work: family transport, transport.",
    ]
    assert await contacts(play, "P01") == []
    assert await presses(play, "DO", "Save") == "Saved on P01."
    [(contact, detail)] = await contacts(play, "P01")
    assert (contact.words, contact.mode, contact.direction) == (CALL, "telephone", "outbound")
    assert (contact.done_by, contact.recorded_by, contact.attempt_result) == ("DO", "DO", "reached")
    assert contact.person_id == await id_of(play, await play.carer("P01"))
    assert contact.occurred_at == play.now
    assert not contact.out_of_hours
    assert (detail.minutes, detail.participants) == (10, ["mother"])
    assert (detail.topics, detail.child_seen) == (["transport"], "na")
    assert await audited(play) == [("DO", "LogContact")]
    assert await play.received("P01") == []


async def test_a_note_may_begin_on_the_next_line(sqlite_play: Play):
    play = sqlite_play
    said = await says(play, "DO", "/log\nLeanne rang mum 10 min\nagreed taxi for Thu")
    assert said.startswith(KAI)
    await presses(play, "DO", "Save")
    [(contact, _detail)] = await contacts(play, "P01")
    assert contact.words == "Leanne rang mum 10 min\nagreed taxi for Thu"


@pytest.mark.parametrize("end", ["Forget", "nothing", "something else"])
async def test_nothing_is_stored_without_the_tap(sqlite_play: Play, end: str):
    play = sqlite_play
    await says(play, "DO", f"/log {CALL}")
    if end == "Forget":
        assert await presses(play, "DO", "Forget") == "Forgotten. Nothing was saved."
    elif end == "nothing":
        await play.later(hours=30)
    else:
        await says(play, "DO", "thanks, bye")
    assert await contacts(play, "P01") == []


async def test_a_note_that_was_not_saved_is_named_when_something_else_begins(sqlite_play: Play):
    play = sqlite_play
    await says(play, "DO", f"/log {CALL}")
    await play.writes("DO", "/log Marta video call 20 mins")
    texts = await play.received("DO")
    assert f"Not saved, as you began something else: “{CALL}”" in texts
    assert await presses(play, "DO", "Save") == "Saved on P02."
    assert await contacts(play, "P01") == []


async def test_a_note_is_put_right_by_typing_it_again(sqlite_play: Play):
    play = sqlite_play
    await says(play, "DO", f"/log {CALL}")
    said = await says(play, "DO", "rang mum 25 min, agreed taxi for Fri")
    assert "25 minutes" in said
    assert await presses(play, "DO", "Change") == (
        "Type it as it should be, all of it. Nothing is saved yet."
    )
    said = await says(play, "DO", "rang mum half an hour")
    assert "30 minutes" in said
    assert await presses(play, "DO", "Save") == "Saved on P01."
    [(contact, detail)] = await contacts(play, "P01")
    assert (contact.words, detail.minutes) == ("rang mum half an hour", 30)


async def test_today_stays_the_day_it_was_typed(sqlite_play: Play):
    play = sqlite_play
    await play.at("2026-12-01 23:50")
    await says(play, "DO", "/log Leanne HV 6pm 1hr saw Kai")
    await play.at("2026-12-02 00:20")
    await presses(play, "DO", "Save")
    [(contact, detail)] = await contacts(play, "P01")
    assert contact.occurred_at == london("2026-12-01 18:00").astimezone(UTC)
    assert contact.recorded_at == london("2026-12-02 00:20").astimezone(UTC)
    assert contact.out_of_hours
    assert (detail.place, detail.child_seen, detail.minutes) == ("home", "yes", 60)


async def test_a_child_not_seen_is_stored_as_not_seen(sqlite_play: Play):
    play = sqlite_play
    said = await says(play, "DO", "/log Leanne HV 45m. Spoke to mum and nan, Kai not seen - in bed")
    assert "Child not seen." in said
    await presses(play, "DO", "Save")
    [(_contact, detail)] = await contacts(play, "P01")
    assert (detail.child_seen, detail.child_present) == ("no", "na")


async def test_what_the_note_leaves_open_about_the_child_is_said(sqlite_play: Play):
    said = await says(sqlite_play, "DO", "/log Leanne home visit 45m, mum ok")
    assert "It does not say whether the child was seen." in said


async def test_a_family_that_is_not_named_is_asked_for(sqlite_play: Play):
    play = sqlite_play
    said = await says(play, "DO", "/log rang mum 10 min")
    assert said.startswith("Which family is this about? Nothing is saved yet.")
    assert (await says(play, "DO", "P20")).startswith("Lenka Novakova (Jakub P20), on P20")
    assert await presses(play, "DO", "Save") == "Saved on P20."


async def test_nobody_forgets_it(sqlite_play: Play):
    play = sqlite_play
    await says(play, "DO", "/log rang mum 10 min")
    assert await presses(play, "DO", "None: forget it") == "Forgotten. Nothing was saved."


async def test_a_reply_to_a_notice_is_about_that_family(sqlite_play: Play):
    play = sqlite_play
    await play.writes("P01", "can you ring me")
    notice = await play.last("DO")
    assert (await says(play, "DO", "/log rang mum 5 min", notice["id"])).startswith(KAI)
    other = await says(play, "DO", "/log Marta rang mum 5 min", notice["id"])
    assert other.startswith("Which family is this about?")


async def test_a_name_in_the_middle_of_the_line_is_enough(sqlite_play: Play):
    said = await says(sqlite_play, "DO", "/log lift to centre w Kai 25 mins")
    assert said.startswith(KAI)
    assert "Face to face, in the car, 25 minutes, pupil, reached." in said


@pytest.mark.parametrize("words", ["/log", "/log Leanne seems ok"])
async def test_words_that_tell_of_no_contact_begin_nothing(sqlite_play: Play, words: str):
    said = await says(sqlite_play, "DO", words)
    assert "Type /log, a name" in said or said.startswith("I cannot tell what kind of contact")
    assert (await says(sqlite_play, "DO", "save")).startswith("Who is this for?")


async def test_siblings_share_a_contact_unless_one_is_named(sqlite_play: Play):
    play = sqlite_play
    await says(play, "TW", "/log Joanne rang mum 10 min")
    assert await presses(play, "TW", "Save") == "Saved on P07 and P08."
    await says(play, "TW", "/log Noah met at costa w Noah 30 min")
    assert await presses(play, "TW", "Save") == "Saved on P08."
    assert [row.words for row, _detail in await contacts(play, "P07")] == ["Joanne rang mum 10 min"]
    assert len(await contacts(play, "P08")) == 2


async def test_one_sibling_seen_and_one_not_is_never_stored_as_seen(sqlite_play: Play):
    play = sqlite_play
    said = await says(play, "TW", "/log Joanne HV 50m saw Noah, Ellie at dads")
    assert "Seen differs between the children: type one note for each." in said
    await presses(play, "TW", "Save")
    [(_contact, detail)] = await contacts(play, "P07")
    assert detail.child_seen == "na"


@pytest.mark.parametrize(
    ("words", "case", "number", "participants"),
    [
        ("Lukas rang dad 10 min", "P15", 1, ["father"]),
        ("Lukas rang mum 10 min", "P15", 0, ["mother"]),
        ("Leanne rang nan 10 min", "P01", None, ["grandmother"]),
        ("Leanne emailed school re timetable", "P01", None, ["school"]),
        ("Leanne rang Leanne 10 min", "P01", 0, ["mother"]),
        ("Leanne HV nobody in", "P01", 0, []),
        ("Leanne HV 1hr w Priya, saw mum", "P01", 0, ["mother", "PN"]),
    ],
)
async def test_the_log_holds_relations_and_the_adult_it_was_with(
    sqlite_play: Play, words, case, number, participants
):
    play = sqlite_play
    await says(play, "DO", f"/log {words}")
    await presses(play, "DO", "Save")
    [(contact, detail)] = await contacts(play, case)
    expected = None if number is None else await id_of(play, await play.carer(case, number))
    assert (contact.person_id, detail.participants) == (expected, participants)


async def test_a_call_with_a_parent_who_must_not_be_contacted_is_logged_and_said(
    sqlite_play: Play,
):
    play = sqlite_play
    assert "Mind" not in await logged(play, "rang dad 5 min, all well")
    said = await logged(play, "rang mum 5 min by mistake")
    assert said == "Saved on P04. Mind: on P04 the mother must not be contacted. Tell Joe today."


async def logged(play: Play, note: str) -> str:
    """Log a call about Tyler, and read what the desk says once it is saved."""
    await says(play, "MB", f"/log P04 {note}")
    return await presses(play, "MB", "Save")


async def test_a_note_is_confirmed_and_never_sent(play: Play):
    said = await says(play, "DO", "/note Leanne prefers mornings, not on her own on Fridays")
    assert said.splitlines()[:3] == [
        "A note behind the scenes. The family gets nothing. Only the team reads it.",
        f"{KAI}, on P01",
        "“prefers mornings, not on her own on Fridays”",
    ]
    assert await contacts(play, "P01") == []
    assert await presses(play, "DO", "Save the note") == "The note is on P01. Nothing was sent."
    [(contact, detail)] = await contacts(play, "P01")
    assert (contact.mode, contact.direction, contact.sensitivity) == ("note", "internal", "team")
    assert contact.person_id is None
    assert detail is None
    await play.later(hours=2)
    assert await play.received("P01") == []
    assert await audited(play) == [("DO", "WriteNote")]


async def test_a_private_note_is_for_few(sqlite_play: Play):
    play = sqlite_play
    said = await says(play, "TW", "/note private P07 spoke of low mood")
    assert "Only you, the manager and the safeguarding lead may read it." in said
    await presses(play, "TW", "Save the note")
    [(contact, _detail)] = await contacts(play, "P07")
    assert (contact.sensitivity, contact.words) == ("restricted_clinical", "spoke of low mood")
    assert await contacts(play, "P08") == []


async def test_a_note_without_a_family_asks_whose_it_is(sqlite_play: Play):
    play = sqlite_play
    assert (await says(play, "DO", "/note worried about the landlord")).startswith("Which family")
    assert KAI in await says(play, "DO", "Leanne")
    assert await presses(play, "DO", "Forget it") == (
        "Forgotten. Nothing was saved, and nothing was sent."
    )
    assert (await says(play, "DO", "/note Leanne")).startswith("Type /note, a name and the note")


async def test_a_promise_is_kept_with_its_day_and_ended_by_a_button(play: Play):
    said = await says(play, "DO", "/promise Leanne ring school about the taxi by Fri")
    assert said == f"Promised for {KAI}, on P01: ring school about the taxi, by Fri 4 Dec."
    assert [c["label"] for c in (await play.last("DO"))["choices"]] == [
        "Kept",
        "Not any more",
        "Undo",
    ]
    [row] = await rows(play, Promise)
    assert (row.words, row.due_on, row.made_by) == (
        "ring school about the taxi",
        date(2026, 12, 4),
        "DO",
    )
    key = (await play.last("DO"))["choices"][0]["key"]
    assert await presses(play, "DO", "Kept") == "Kept. Thank you."
    await play.presses("DO", key)
    assert (await play.last("DO"))["text"] == "That is done already."
    [row] = await rows(play, Promise)
    assert (row.outcome, row.done_by, row.done_at) == ("kept", "DO", play.now)
    assert [what for _who, what in await audited(play)] == ["MakePromise", "promise kept"]


async def test_a_promise_typed_by_mistake_is_taken_back(sqlite_play: Play):
    play = sqlite_play
    await says(play, "DO", "/promise P01 ring school by tomorrow")
    assert await presses(play, "DO", "Undo") == "Taken back: nothing was promised."
    assert await says(play, "DO", "/promises") == "Nothing promised is open."


async def test_open_promises_come_soonest_first_and_late_ones_are_marked(sqlite_play: Play):
    play = sqlite_play
    await says(play, "DO", "/promise Leanne ring school by Fri")
    await says(play, "DO", "/promise Marta send the form by tomorrow")
    await play.at("2026-12-02 09:00")
    said = await says(play, "DO", "/promises")
    assert said.splitlines() == [
        "1. LATE, Tue 1 Dec: send the form. Zofia P02",
        "2. Fri 4 Dec: ring school. Kai P01",
    ]
    await presses(play, "DO", "1 Not any more")
    assert await says(play, "DO", "/promises") == "1. Fri 4 Dec: ring school. Kai P01"
    assert await says(play, "MB", "/promises") == "Nothing promised is open."


async def test_whoever_covers_sees_what_was_promised(sqlite_play: Play):
    play = sqlite_play
    await says(play, "DO", "/promise Leanne ring school by Fri")
    await says(play, "DO", "/away until Fri")
    assert await says(play, "MB", "/promises") == "1. Fri 4 Dec: ring school. Kai P01 (Dani's)"
    assert await presses(play, "MB", "1 Kept") == "Kept. Thank you."
    [row] = await rows(play, Promise)
    assert row.done_by == "MB"


@pytest.mark.parametrize(
    "words",
    [
        "/promise",
        "/promise Leanne",
        "/promise Leanne ring school",
        "/promise Leanne ring school by and by",
        "/promise Nobody ring school by Fri",
        "/promise Leanne ring school by 1 Dec 2025",
        "/promise Leanne by Fri",
    ],
)
async def test_a_promise_that_is_unclear_is_not_kept(sqlite_play: Play, words: str):
    said = await says(sqlite_play, "DO", words)
    assert "Nothing is kept yet." in said or said.startswith("Type /promise")
    assert await rows(sqlite_play, Promise) == []


@pytest.mark.parametrize("key", ["p:", "p:1", "p:1:dance", "p:x:kept", "p:²:kept", "p:1:"])
async def test_a_button_nobody_made_ends_no_promise(sqlite_play: Play, key: str):
    await says(sqlite_play, "DO", "/promise Leanne ring school by Fri")
    await sqlite_play.presses("DO", key)
    assert (await sqlite_play.last("DO"))["text"] == "This button is not known here."
    [row] = await rows(sqlite_play, Promise)
    assert row.done_at is None


async def test_a_decision_is_recorded_and_listed_by_whom_and_when(play: Play):
    said = await says(play, "HM", "/decide P01 action speech screen by 11 Dec Priya")
    assert said == (
        f"Decided for {KAI}, on P01. Action: speech screen, by Fri 11 Dec. Owner: Priya."
    )
    await play.later(minutes=1)
    await says(play, "HM", "/decide Kai joint work with the family hub")
    assert (await says(play, "DO", "/decide P01")).splitlines() == [
        "Decided about P01:",
        "- Mon 30 Nov, joint work: with the family hub (Helen)",
        "1. Mon 30 Nov, action: speech screen, by Fri 11 Dec, Priya (Helen), open",
    ]
    first, second = await rows(play, Decision)
    assert (first.kind, first.by, first.owner, first.due_on) == (
        "action",
        "HM",
        "PN",
        date(2026, 12, 11),
    )
    assert (second.kind, second.owner, second.due_on) == ("joint_work", None, None)
    assert isinstance(first.at, datetime)
    assert ("HM", "Decide") in await audited(play)
    assert ("DO", "read") in await audited(play)


async def test_who_decided_stands_behind_the_last_comma_and_done_is_done_once(sqlite_play: Play):
    play = sqlite_play
    said = await says(play, "HM", "/decide P01 action speech screen by 4 Dec Priya, together")
    assert "Action: speech screen (decided together), by Fri 4 Dec. Owner: Priya." in said
    await says(play, "HM", "/decide P01 action manager calls the school, today by 11 Dec")
    first, second = await rows(play, Decision)
    assert (first.words, first.decided_by) == ("speech screen", "collective")
    assert (second.words, second.decided_by) == ("manager calls the school, today", "")
    await play.at("2026-12-07 09:00")
    listed = (await says(play, "DO", "/decide P01")).splitlines()
    [line] = [line for line in listed if line.startswith("1.")]
    assert line.startswith("1. Mon 30 Nov, action: speech screen (decided together), by Fri 4 Dec,")
    assert line.endswith(", Priya (Helen), open, 3 days late")
    offered = [(each["key"], each["label"]) for each in (await play.last("DO"))["choices"]]
    assert offered == [
        (f"d:{first.id}", "1 Done: speech screen"),
        (f"d:{second.id}", "2 Done: manager calls the school,…"),
    ]
    for answer in ("Done. Thank you.", "That is done already."):
        await play.presses("DO", f"d:{first.id}")
        assert (await play.last("DO"))["text"] == answer
    assert "by Fri 4 Dec, Priya (Helen), done Mon 7 Dec (Dani)" in await says(
        play, "HM", "/decide P01"
    )


async def test_where_no_words_may_stand_no_button_says_what_was_decided(sqlite_play: Play):
    bare = Play(sqlite_play.database, marlbridge_taskforce(notices_shown=False))
    await says(bare, "HM", "/decide P01 action speech screen by 4 Dec")
    await says(bare, "HM", "/decide P01")
    found = await bare.last("HM")
    assert "1 Done" in [choice["label"] for choice in found["choices"]]
    assert "speech" not in f"{found['choices']}"
    assert "speech" not in found["text"]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("/decide", "Type /decide, a case"),
        ("/decide Nobody action x", "Type /decide, a case"),
        ("/decide P01 perhaps later", "Type /decide, a case"),
        ("/decide P01 action", "Type /decide, a case"),
        ("/decide P01 closure by Fri", "Type /decide, a case"),
        ("/decide Joanne action x", "Which child? Type /decide and P07 or P08."),
        ("/decide P02", "Nothing has been decided about P02."),
    ],
)
async def test_a_decision_that_is_unclear_is_not_recorded(sqlite_play: Play, words, answer):
    assert (await says(sqlite_play, "HM", words)).startswith(answer)
    assert await rows(sqlite_play, Decision) == []


async def test_the_day_and_the_owner_may_stand_as_people_type_them(sqlite_play: Play):
    play = sqlite_play
    for words in ("progress attends 4 days", "action call school owner Marcus",
                  "action stand by the plan", "action form by 4 Dec, Priya Nair"):  # fmt: skip
        await says(play, "HM", f"/decide P01 {words}")
    found = [(row.words, row.due_on, row.owner) for row in await rows(play, Decision)]
    friday = date(2026, 12, 4)
    assert found == [
        ("attends 4 days", None, None),
        ("call school", None, "MB"),
        ("stand by the plan", None, None),
        ("form", friday, "PN"),
    ]


async def test_in_a_discreet_chat_no_name_stands(sqlite_play: Play):
    play = Play(sqlite_play.database, marlbridge_taskforce(notices_shown=False))
    said = await says(play, "DO", f"/log {CALL}")
    assert said.startswith("KT P01, on P01")
    await presses(play, "DO", "Save")
    await says(play, "DO", "/promise P01 ring school by Fri")
    assert "Leanne" not in (await play.last("DO"))["text"]
    assert await says(play, "DO", "/promises") == "1 promised and open."
    assert "Show" in [choice["label"] for choice in (await play.last("DO"))["choices"]]
