"""The people files of the demo families, as a taskforce would bring them."""

from __future__ import annotations

from datetime import time

from bot.imports.people import read_people
from bot.rules.practice import ANY_TIME, Span
from tests.imports.demo_files import (
    DEMO,
    changed,
    demo,
    without,
)

FRI, SAT, SUN, TUE, THU = 4, 5, 6, 1, 3


def carer(people, name):
    return next(row for row in people.carers if row.name == name)


def test_the_demo_taskforce_is_read_whole():
    people = read_people(demo())
    assert (len(people.staff), len(people.schools)) == (9, 5)
    assert (len(people.pupils), len(people.carers)) == (24, 27)


def test_the_files_are_told_apart_by_their_headings_in_any_order_under_any_name():
    shuffled = [(f"export ({n}).txt", content) for n, (_, content) in enumerate(demo()[::-1])]
    assert read_people(shuffled) == read_people(demo())


def test_a_file_that_begins_with_a_byte_order_mark_reads_the_same():
    marked = [(name, b"\xef\xbb\xbf" + content) for name, content in demo()]
    assert read_people(marked) == read_people(demo())


def test_a_file_saved_on_windows_reads_the_same():
    crlf = [(name, content.replace(b"\n", b"\r\n")) for name, content in demo()]
    assert read_people(crlf) == read_people(demo())


def test_blank_rows_and_capital_headings_do_not_matter():
    head, _, rest = DEMO["schools"].partition("\n")
    text = f"{head.title()},,\n\n{rest}\n,,,,\n"
    assert read_people(demo(schools=text)) == read_people(demo())


def test_a_workers_late_evening_is_in_the_hours():
    dani = next(row for row in read_people(demo()).staff if row.ref == "DO")
    assert dani.hours[2] == Span(time(8, 30), time(19))
    assert (dani.phone, dani.deputy, dani.chat_channel) == ("+447700900002", "MB", "telegram")
    assert dani.fte == 1.0


def test_staff_of_the_school_have_no_share_and_no_deputy():
    farah = next(row for row in read_people(demo()).staff if row.ref == "FS")
    assert (farah.fte, farah.deputy, farah.public_label) == (None, None, "")


def test_an_active_pupil_is_engaged_and_the_others_stay_what_they_are():
    statuses = {row.ref: row.status for row in read_people(demo()).pupils}
    assert statuses["P01"] == "engaged"
    assert (statuses["P16"], statuses["P20"]) == ("reintegrating", "refused")
    assert statuses["P22"] == "stopped_early"


def test_each_family_is_written_to_only_in_its_own_window():
    people = read_people(demo())
    assert carer(people, "Leanne Thornton").window.hours == Span(time(13, 30), time(16))
    kerry = carer(people, "Kerry Moss")
    assert kerry.window.days == {TUE, THU}
    assert kerry.discreet
    assert carer(people, "Rania Al-Hassan").window.avoid == ((FRI, Span(time(12), time(14, 30))),)
    assert carer(people, "Janis Balodis").window.days == {SAT, SUN}
    assert carer(people, "Marta Wrona").window == ANY_TIME


def test_a_number_barred_by_a_court_order_comes_in_as_barred():
    lisa = carer(read_people(demo()), "Lisa Brook")
    assert lisa.do_not_use
    assert lisa.do_not_use_reason == "court order"


def test_a_social_worker_is_only_copied():
    imran = carer(read_people(demo()), "Imran Latif")
    assert imran.copy_only
    assert imran.priority == 2


def test_a_deaf_fathers_needs_are_all_kept():
    assert carer(read_people(demo()), "Gary Lockwood").needs == ("deaf_text_only", "bsl_visits")


def test_words_in_a_note_hold_nobodys_check_in():
    people = read_people(demo())
    assert carer(people, "Marta Wrona").note == "reads Polish only; replies in Polish"
    assert not any(row.rules_missing for row in people.carers)


def test_a_pupils_file_with_prose_and_no_carers_file_waits_for_its_rules():
    people = read_people(demo(carers=None))
    leanne = carer(people, "Leanne Thornton")
    assert len(people.carers) == 24
    assert (leanne.phone, leanne.reads, leanne.window) == ("+447700900100", "en", ANY_TIME)
    assert leanne.rules_missing
    assert not leanne.proven


def test_a_pupils_file_without_prose_lacks_no_rules():
    people = read_people(demo(carers=None, pupils=changed("pupils", (2, "constraint", ""))))
    assert not carer(people, "Leanne Thornton").rules_missing


def test_a_pupil_whose_adult_is_not_known_yet_is_taken_without_one():
    cells = ((2, "carer_name", ""), (2, "carer_phone", ""))
    people = read_people(demo(carers=None, pupils=changed("pupils", *cells)))
    assert len(people.pupils) == 24
    assert "P01" not in {row.pupil for row in people.carers}


def test_a_mother_may_be_left_alone_for_an_hour_in_the_middle_of_her_window():
    avoided = changed("carers", (2, "contact_days", "Fri"), (2, "avoid", "Fri 14:00-15:00"))
    assert carer(read_people(demo(carers=avoided)), "Leanne Thornton").window.avoid


def test_a_family_that_has_rules_on_record_keeps_them():
    people = read_people(demo(carers=None), pupils_with_carers=frozenset({"P01"}))
    assert "P01" not in {row.pupil for row in people.carers}


def test_a_brother_added_only_to_the_pupils_file_shares_his_mothers_phone():
    people = read_people(demo(carers=without("carers", rows=[10])))
    noah = next(row for row in people.carers if row.pupil == "P08")
    assert noah.rules_missing
    assert noah.proven


def test_a_pupils_file_may_name_no_adults_at_all():
    adults = ("language", "channel", "carer_relation", "carer_name", "carer_phone", "constraint")
    people = read_people(demo(pupils=without("pupils", *adults)))
    assert len(people.carers) == 27


def test_a_pupils_file_alone_is_read_when_the_others_are_on_record():
    known = {
        "known_staff": frozenset({"DO", "MB", "PN", "TW", "SG", "RA"}),
        "known_schools": frozenset(
            {"Marl Beck Academy", "St Wilfrun's High", "Hollin Grange School", "Cawder High"}
        ),
    }
    assert len(read_people([demo()[2]], **known).pupils) == 24


def test_carers_alone_are_read_when_the_pupils_are_on_record():
    known = frozenset(f"P{number:02}" for number in range(1, 25))
    assert len(read_people([demo()[3]], known_pupils=known).carers) == 27


def test_a_pupil_who_waits_needs_no_key_worker_yet():
    cells = ((2, "status", "waiting"), (2, "key_worker", ""), (2, "placement_week", ""))
    kai = read_people(demo(pupils=changed("pupils", *cells))).pupils[0]
    assert (kai.status, kai.key_worker, kai.placement_week) == ("waiting", "", 0)


def test_a_cell_that_looks_like_a_formula_stays_words():
    people = read_people(demo(carers=changed("carers", (2, "note", '=HYPERLINK("x")'))))
    assert people.carers[0].note == '=HYPERLINK("x")'


def test_a_upn_in_small_letters_is_taken():
    people = read_people(demo(pupils=changed("pupils", (2, "upn", "a384000017001"))))
    assert people.pupils[0].upn == "A384000017001"


def test_two_people_who_share_a_phone_are_taken_when_both_rows_say_so():
    rows = (
        (2, "shared_phone", "Y"),
        (3, "shared_phone", "Y"),
        (3, "phone", "07700 900100"),
        (3, "channel", "sms"),
        (3, "reads", "en"),
    )
    people = read_people(demo(carers=changed("carers", *rows)))
    assert carer(people, "Marta Wrona").phone == carer(people, "Leanne Thornton").phone


def test_a_spoken_language_may_be_one_that_has_no_written_texts():
    people = read_people(demo(carers=changed("carers", (2, "speaks", "rom"))))
    assert people.carers[0].speaks == "rom"


def test_nobodys_name_number_or_note_is_in_what_a_log_would_show():
    shown = repr(read_people(demo()))
    for private in ("Leanne", "Thornton", "900100", "A384", "works nights", "court", "Okafor"):
        assert private not in shown
