"""Phone numbers as people write them: a UK mobile in international form, or why it is none."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
from phonenumbers import NumberParseException

UK = 44
MOBILE_DIGITS = 10  # after +44

# The library calls the drama range 07700 900xxx invalid, so its `is_valid_number` cannot be asked.
_MOBILE = re.compile(r"7(?:[1-57-9][0-9]{8}|624[0-9]{6})")
_SHORTENED = re.compile(r"[0-9][.,]?[0-9]*[eE][+]?[0-9]+|[0-9]+[.,]0+")
_SIGNS = re.compile(r"[0-9 +().\-/]+")

_LANDLINE = "is a landline, which gets no texts. Give a mobile; a landline can go in the note."
_NOT_MOBILE = {
    "1": _LANDLINE,
    "2": _LANDLINE,
    "3": "is an organisation's 03 number. Give the person's own mobile number.",
    "5": "is an internet or company number. Give a mobile number.",
    "70": "is a personal number (070), which is dear to reach. Give an ordinary mobile number.",
    "76": "is a pager (076). Give an ordinary mobile number.",
    "8": "is a freephone or service number. Give the person's own mobile number.",
    "9": "is a premium-rate number. Give the person's own mobile number.",
}


class BadNumber(ValueError):
    """A number nobody can be texted on. Its advice never repeats the number."""

    def __init__(self, advice: str) -> None:
        super().__init__(advice)
        self.advice = advice


def e164(raw: str) -> str:
    """Bring one UK mobile number into the form +447700900123, or raise `BadNumber`."""
    written = _in_plain_signs(raw)
    _refuse_what_is_no_number(written)
    national = _national(written)
    if reason := next((why for start, why in _NOT_MOBILE.items() if _is_of(start, national)), None):
        raise BadNumber(reason)
    if len(national) != MOBILE_DIGITS:
        raise BadNumber(_wrong_length(national))
    if not _MOBILE.fullmatch(national):
        raise BadNumber("is no UK mobile number. UK mobiles begin with 07 or +447.")
    return f"+{UK}{national}"


def _in_plain_signs(raw: str) -> str:
    """Turn digits, spaces, dashes and the plus of any script into ours; drop what nobody sees."""
    return "".join(_plain(sign) for sign in raw).strip().removeprefix("'")


def _plain(sign: str) -> str:
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    kind = unicodedata.category(sign)
    # Copying from a phone's address book brings invisible direction marks along.
    return {"Cf": "", "Zs": " ", "Pd": "-"}.get(kind, "+" if sign == "\uff0b" else sign)


def _refuse_what_is_no_number(written: str) -> None:
    if not written:
        raise BadNumber("is empty. Write a mobile number, as in 07700 900123.")
    if _SHORTENED.fullmatch(written):
        raise BadNumber(
            "was shortened by the spreadsheet. Format the column as text and type the number again."
        )
    if any(sign.isalpha() for sign in written):
        raise BadNumber("has letters in it. Write one number only, as in 07700 900123.")
    if not _SIGNS.fullmatch(written):
        raise BadNumber("has signs that no number has. Write one number, as in 07700 900123.")


def _national(written: str) -> str:
    try:
        number = phonenumbers.parse(written, "GB")
    except NumberParseException as problem:
        raise BadNumber(_unparsed(problem)) from None
    if number.country_code != UK:
        raise BadNumber("is a foreign number. Only UK mobiles can be texted: 07 or +447.")
    return phonenumbers.national_significant_number(number).lstrip("0")


def _unparsed(problem: NumberParseException) -> str:
    if problem.error_type == NumberParseException.TOO_LONG:
        return "is too long. Write one number in one cell, with its eleven digits."
    if problem.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return "has a country code that does not exist. UK mobiles begin with 07 or +447."
    return "is too short. Write all eleven digits, as in 07700 900123."


def _is_of(start: str, national: str) -> bool:
    whole_enough = len(national) >= MOBILE_DIGITS - 1
    manx = national.startswith("7624")  # 076 is for pagers, but 07624 is the Isle of Man's mobiles
    return whole_enough and national.startswith(start) and not manx


def _wrong_length(national: str) -> str:
    if len(national) < MOBILE_DIGITS:
        return "is too short. Write all eleven digits, as in 07700 900123."
    return "is too long. Write one number in one cell, with its eleven digits."
