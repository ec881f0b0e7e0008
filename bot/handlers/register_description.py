"""What a school's system reads about our register door: its OpenAPI description, by hand."""

from __future__ import annotations

from typing import Any, TypeAlias

from bot.imports.register_json import HEADINGS, OPTIONAL

Node: TypeAlias = dict[str, Any]

PATH = "/api/register"
DESCRIBED_AT = "/api/openapi.json"
KEY = "registerKey"
TAKEN_TYPES = (
    "application/json",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)

MEANINGS = {
    "upn": "The pupil's UPN, or one they had before.",
    "school": "The school whose register it is, as it is named here. Needed for a pupil of two.",
    "date": "The day of the session, as in 2026-11-30 or 30/11/2026.",
    "session": "AM or PM.",
    "code": "The code as the register says it. Empty: nobody has marked the session yet.",
}
REPORT = {
    "marks": "Marks read.",
    "new": "Marks of sessions that had none from this school.",
    "corrected": "Marks that are not what this school said before. The old one is kept.",
    "unknown_pupils": "Pupils not known here as on that register. Their marks are not kept.",
    "days": "Days with a mark.",
    "conflicts": "Sessions about which two schools disagree until a person says who is right.",
}


def described() -> Node:
    """Describe the door whole: every body it takes, every answer it gives."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Keyworker: registers",
            "version": "1.0.0",
            "description": "Brings the attendance marks of a school's register, whole or not at"
            " all. The same body again changes nothing; a later mark corrects an earlier one.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": {PATH: {"post": _bring()}, DESCRIBED_AT: {"get": _describe()}},
        "components": {
            "securitySchemes": {KEY: {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Mark": _mark(),
                "Report": _report(),
                "Fault": _fault(),
                "Refusal": _refusal(),
                "Said": _object({"detail": {"type": "string"}}),
            },
        },
    }


def _bring() -> Node:
    marks = {"type": "array", "minItems": 1, "items": _ref("Mark")}
    a_file = {"type": "string", "format": "binary"}
    bodies = {kind: {"schema": marks if kind == TAKEN_TYPES[0] else a_file} for kind in TAKEN_TYPES}
    again = {"Retry-After": _header("integer", "Seconds until it is worth another try.")}
    how = {"WWW-Authenticate": _header("string", "Bearer: send the key.")}
    return {
        "operationId": "bringRegister",
        "summary": "Bring a register",
        "security": [{KEY: []}],
        "requestBody": {"required": True, "content": bodies},
        "responses": {
            "200": _answer("Taken in, or taken in before.", "Report"),
            "400": _answer("Nothing was taken in, and why.", "Refusal"),
            "401": _answer("No key, or one that is not known.", "Said", how),
            "404": _answer("This installation has no key and takes no register here.", "Said"),
            "413": _answer("More than 4 MB: send fewer days at a time.", "Said"),
            "415": _answer("Neither JSON, CSV nor an XLSX workbook.", "Said"),
            "503": _answer("The database is away: send the same again.", "Said", again),
        },
    }


def _describe() -> Node:
    body = {"application/json": {"schema": {"type": "object"}}}
    return {
        "operationId": "readDescription",
        "summary": "Read this description",
        "security": [],
        "responses": {"200": {"description": "This description.", "content": body}},
    }


def _mark() -> Node:
    said: Node = {
        key: {"type": ["string", "null"] if key == OPTIONAL else "string", "description": meaning}
        for key, meaning in MEANINGS.items()
    }
    return _object(said, required=[key for key in HEADINGS if key != OPTIONAL])


def _report() -> Node:
    counts: Node = {
        name: {"type": "integer", "minimum": 0, "description": meaning}
        for name, meaning in REPORT.items()
    }
    said: Node = {"detail": {"type": "string"}, "already_taken_in": {"type": "boolean"}}
    return _object({**said, **counts})


def _fault() -> Node:
    row = "As a spreadsheet shows it: headings are row 1, the first mark of a list row 2. 0: all."
    return _object(
        {
            "row": {"type": "integer", "minimum": 0, "description": row},
            "column": {"type": "string", "description": "Empty: the whole row."},
            "remedy": {"type": "string", "description": "What to do. It quotes no pupil."},
        }
    )


def _refusal() -> Node:
    more = "So many more faults are not listed."
    return _object(
        {
            "detail": {"type": "string"},
            "faults": {"type": "array", "items": _ref("Fault")},
            "more": {"type": "integer", "minimum": 0, "description": more},
        }
    )


def _object(said: Node, required: list[str] | None = None) -> Node:
    return {
        "type": "object",
        "properties": said,
        "required": list(said) if required is None else required,
        "additionalProperties": False,
    }


def _ref(name: str) -> Node:
    return {"$ref": f"#/components/schemas/{name}"}


def _answer(meaning: str, name: str, headers: Node | None = None) -> Node:
    body = {"application/json": {"schema": _ref(name)}}
    answer: Node = {"description": meaning, "content": body}
    return {**answer, "headers": headers} if headers else answer


def _header(kind: str, meaning: str) -> Node:
    return {"schema": {"type": kind}, "description": meaning, "required": True}
