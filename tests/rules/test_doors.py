"""What a link, a code and an invitation look like, however somebody typed them."""

from __future__ import annotations

import base64
import re
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules import doors
from bot.scene.scene import fresh_code, fresh_invitation, fresh_token

TOKEN = "hT0_-aZ9" * 5 + "abc"


class TestStart:
    @pytest.mark.parametrize(
        ("words", "payload"),
        [
            ("/start", ""),
            (" /start ", ""),
            ("/start@MarlbridgeFamilyBot", ""),
            (f"/start {TOKEN}", TOKEN),
            (f"/start@MarlbridgeFamilyBot {TOKEN}", TOKEN),
            (f"/start\n{TOKEN} ", TOKEN),
            (f"/start {'x' * 43}", "x" * 43),
        ],
    )
    def test_a_start_brings_along_the_token_of_its_link(self, words, payload):
        assert doors.started(words) == payload

    @pytest.mark.parametrize(
        "words",
        ["start", "/starting", "/startabc", "please /start", "/START", "", "/stop",
         "/start please help", f"/start {TOKEN} and more", "/start\nhe is\ngone", "/start abc",
         "/start suicide", "/start 救命", "/start help_me", f"/start {TOKEN[:-1]}",
         f"/start {TOKEN}a", f"/start {TOKEN[:-1]}é", f"/start {TOKEN[:-1]}.",
         f"/start {TOKEN[:-1]}٣", f"/start{TOKEN}"],
    )  # fmt: skip
    def test_anything_else_is_what_somebody_wrote(self, words):
        assert doors.started(words) is None

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ("/start suicide", "suicide"),
            ("/start@MarlbridgeFamilyBot\n he hit me ", "he hit me"),
            ("/start STOP", "STOP"),
            ("/start", "START"),
            ("/start@MarlbridgeFamilyBot", "START"),
            ("/starting", "/starting"),
            ("please /start it", "please /start it"),
        ],
    )
    def test_what_stands_behind_a_start_is_read_as_if_it_stood_alone(self, words, said):
        assert doors.as_said(words) == said


class TestToken:
    def test_it_is_32_bytes_as_a_link_can_carry_them(self):
        assert doors.is_token(TOKEN)
        assert doors.is_token(secrets.token_urlsafe(32))

    @pytest.mark.parametrize(
        "payload",
        ["", "abc", TOKEN[:-1], f"{TOKEN}a", f"{TOKEN[:-1]}.", f"{TOKEN[:-1]} ", f"{TOKEN}\n",
         f"{TOKEN[:-1]}é", "x" * 64],
    )  # fmt: skip
    def test_anything_else_is_none(self, payload):
        assert not doors.is_token(payload)

    def test_a_fresh_one_fits_says_nothing_and_is_never_the_same(self):
        made = {fresh_token() for _ in range(1000)}
        assert len(made) == 1000
        assert all(doors.is_token(token) for token in made)
        assert all(len(base64.urlsafe_b64decode(f"{token}=")) == 32 for token in made)


class TestCode:
    @pytest.mark.parametrize(
        "words",
        ["482913", " 482913\n", "482 913", "48 29 13", "482-913", "4 8 2 9 1 3", "٤٨٢٩١٣", "۴۸۲۹۱۳",
         "४८२९१३", "４８２９１３"],
    )  # fmt: skip
    def test_six_digits_are_read_in_every_script(self, words):
        assert doors.six_digits(words) == "482913"

    @pytest.mark.parametrize(
        "words",
        ["", "48291", "4829133", "the code is 482913", "482913.", "48291x", "²²²²²²", "½48291",
         "-", "482,913", "Ⅳ82913"],
    )  # fmt: skip
    def test_anything_else_is_words(self, words):
        assert doors.six_digits(words) is None

    @given(st.text(max_size=30))
    def test_whatever_is_typed_it_is_six_plain_digits_or_nothing(self, words):
        found = doors.six_digits(words)
        assert found is None or re.fullmatch("[0-9]{6}", found)

    def test_a_fresh_one_keeps_its_leading_noughts(self):
        assert all(re.fullmatch("[0-9]{6}", fresh_code()) for _ in range(2000))


class TestInvitation:
    @pytest.mark.parametrize(
        "words",
        ["K01QM-9XH0R", "k01qm9xh0r", " K01QM 9XH0R ", "KO1QM-9XHOR", "kolqm-9xhor", "KOIQM 9XHOR",
         "K 0 1 Q M 9 X H 0 R", "/start K01QM-9XH0R", "/start@OurStaffBot k01qm 9xh0r",
         "K01QM\n9XH0R"],
    )  # fmt: skip
    def test_it_is_read_however_it_was_heard(self, words):
        assert doors.invitation(words) == "K01QM9XH0R"

    @pytest.mark.parametrize(
        "words",
        ["", "K01QM-9XH0", "K01QM-9XH0RR", "K01QM-9XHUR", "K01QM_9XH0R", "code K01QM9XH0R",
         "/start", "/today", "/help K01QM9XH0R", "ΑΒΓΔΕΖΗΘΙΚ"],
    )  # fmt: skip
    def test_anything_else_is_none(self, words):
        assert doors.invitation(words) is None

    def test_ten_letters_of_somebodys_may_be_one_so_they_are_never_thrown_away(self):
        assert doors.invitation("please call") == "P1EASECA11"

    def test_a_fresh_one_has_50_bits_and_no_sign_that_is_taken_for_another(self):
        made = {fresh_invitation() for _ in range(2000)}
        assert len(made) == 2000
        assert all(doors.invitation(one) == one for one in made)
        assert len(set(doors.ALPHABET)) == 32
        assert not set("ILOU") & set(doors.ALPHABET)
        assert set("".join(made)) == set(doors.ALPHABET)

    @given(st.text(max_size=20))
    def test_whatever_is_typed_it_is_ten_signs_of_the_alphabet_or_nothing(self, words):
        found = doors.invitation(words)
        assert found is None or (len(found) == 10 and set(found) <= set(doors.ALPHABET))


OURS = ("help", "start", "today")


class TestOnlyACommand:
    @pytest.mark.parametrize(
        "words", ["/start", "/today", f"/start {TOKEN}", "/Help@OurBot", " /today "]
    )
    def test_a_bare_command_of_ours_says_nothing(self, words):
        assert doors.only_a_command(words, OURS)

    @pytest.mark.parametrize(
        "words",
        ["/hurt", "/suicide@OurBot", " /x ", "/help me", "/start help me", "/start help",
         "/start suicide", "/start K01QM-9XH0R",
         f"/start {TOKEN}a", "hello", "/", "/ help", "he hit me /start"],
    )  # fmt: skip
    def test_whatever_else_stands_there_is_words(self, words):
        assert not doors.only_a_command(words, OURS)
