"""What a browser sends to the staff page: is it from our own page, and what stands in its form?"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

from bot.handlers.bodies import read_body
from bot.rules.heard import clean

MOST_FIELDS = 60
HOME = "/staff"
_OURS = re.compile(
    r"/staff(/[A-Za-z0-9][A-Za-z0-9_.-]*){0,4}(\?(history=yes|on=[0-9-]{10}))?(#[a-z-]+)?"
)
_ONCE = re.compile(r"[A-Za-z0-9_-]{8,64}")


def proof_of(token: str) -> str:
    """Make what every form of a session carries: another site can neither read nor guess it."""
    return sha256(f"form:{token}".encode()).hexdigest()


def is_ours(request: Request, public_url: str) -> bool:
    """Say whether a form was sent from a page of ours, as far as the browser tells.

    Browsers say so themselves over https; without it the form's own proof has to do.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "null")
    if origin == "null":
        return True
    return urlsplit(origin).netloc in {request.headers.get("host"), urlsplit(public_url).netloc}


def proven(form: Mapping[str, str], token: str) -> bool:
    """Say whether a form carries the proof of this session."""
    return bool(token) and hmac.compare_digest(
        form.get("proof", "").encode(), proof_of(token).encode()
    )


async def read_form(request: Request) -> dict[str, str]:
    """Read a form's fields; raises `TooLarge`. Of a field that comes twice the last one counts."""
    body = await read_body(request)
    words = body.decode("utf-8", "ignore")
    try:
        pairs = parse_qsl(words, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: clean(value).replace("\r\n", "\n") for name, value in pairs}


def back_to(form: Mapping[str, str]) -> str:
    """Name the page to go back to: one of ours, whatever was sent."""
    back = form.get("back", "")
    return back if _OURS.fullmatch(back) else HOME


def once(form: Mapping[str, str]) -> str:
    """Read the key that makes a form sent twice one deed; empty: it carries none."""
    key = form.get("once", "")
    return key if _ONCE.fullmatch(key) else ""
