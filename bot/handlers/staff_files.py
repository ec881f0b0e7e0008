"""Files that a browser sends in a form."""

from __future__ import annotations

import asyncio
import re
from email import policy
from email.parser import BytesHeaderParser

from starlette.requests import Request

from bot.handlers.bodies import read_body
from bot.rules.heard import clean

LIMIT = 4 * 1024 * 1024
MOST_PARTS = 12
BOUNDARY = re.compile(r'boundary="?([A-Za-z0-9\'()+_,./:=?-]{1,70})"?')
Parts = tuple[dict[str, str], list[tuple[str, bytes]]]


async def read_files(request: Request) -> Parts:
    """Read a form's fields, and (name, content) of its files; raises `TooLarge`."""
    kind = request.headers.get("content-type", "")
    body = await read_body(request, LIMIT)
    boundary = BOUNDARY.search(kind)
    if not kind.startswith("multipart/form-data") or boundary is None:
        return {}, []
    # Beside the loop: whatever is in it, nobody else waits for it.
    return await asyncio.to_thread(parted, body, boundary[1].encode())


def parted(body: bytes, boundary: bytes) -> Parts:
    """Part a form at its own boundary and at no other: a form within a form is only bytes."""
    fields: dict[str, str] = {}
    files: list[tuple[str, bytes]] = []
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary, MOST_PARTS + 1)[1 : MOST_PARTS + 1]:
        head, blank, content = part.partition(b"\r\n\r\n")
        if not blank or part.startswith(b"--"):
            continue
        told = BytesHeaderParser(policy=policy.HTTP).parsebytes(head.lstrip(b"\r\n") + b"\r\n\r\n")
        name = str(told.get_param("name", "", header="content-disposition"))
        filename = told.get_filename()
        if filename is None:
            fields[name] = clean(content.decode("utf-8", "ignore"))
        elif filename:
            files.append((clean(filename)[-80:], content))
    return fields, files
