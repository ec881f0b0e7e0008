"""Keys of school systems: each with a name, some for one school, and none ever in an error."""

from __future__ import annotations

import pytest

from bot.rules.register_keys import key_shown, read_keys

ONE, TWO = "k" * 32, "q" * 40 + "=="


def test_keys_have_names_and_one_may_be_for_one_school_only():
    council, school = read_keys(f" council={ONE}, millrace@Millrace Centre={TWO},")
    assert (council.holder, council.secret, council.school) == ("api council", ONE, "")
    assert (school.holder, school.secret, school.school) == ("api millrace", TWO, "Millrace Centre")
    assert ONE not in repr(council)


def test_a_taskforce_with_one_key_needs_no_name_for_it():
    assert [key.holder for key in read_keys(ONE)] == ["api"]
    assert read_keys("") == ()


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("council=short", "has a key 1 that is not 32 or more letters and digits"),
        (f"council={ONE},{'ü' * 40}", "has a key 2 that is not 32 or more"),
        (f"St Anne's={ONE}", "has no name before key 1"),
        (f"millrace@={ONE}", "has no name before key 1"),
        (f"a={ONE},a={TWO}", "gives two keys the same name"),
        (f"a={ONE},b={ONE}", "has the same key under two names"),
    ],
)
def test_a_slip_in_the_setting_is_named_and_the_key_is_not(words, fault):
    with pytest.raises(ValueError, match=fault) as refusal:
        read_keys(words)
    assert not any(secret in str(refusal.value) for secret in (ONE, TWO, "short", "üü"))


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (f"Bearer {TWO}", "b"),
        (f"bearer  {ONE}", "a"),
        (f"Basic {ONE}", None),
        (f"Bearer {ONE}k", None),
        ("Bearer ", None),
        ("", None),
        ("Bearer é", None),
    ],
)
def test_only_a_whole_key_opens_the_door(header, name):
    found = key_shown(read_keys(f"a={ONE},b={TWO}"), header)
    assert (found and found.name) == name
