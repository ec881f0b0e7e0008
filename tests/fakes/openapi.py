"""Checks requests and answers against a provider's own published description of its API."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

REPOSITORY = Path(__file__).resolve().parents[2]


def described(name: str) -> dict[str, Any] | None:
    """A description by its file name, or None where this checkout has none at hand."""
    folder = os.environ.get("KEYWORKER_SPECS") or REPOSITORY.parent / "shared" / "specs"
    path = Path(folder) / name
    return json.loads(path.read_text("utf-8")) if path.is_file() else None


class Form:
    """What one form must look like: every field known, well typed, and there when required."""

    def __init__(self, spec: dict[str, Any], path: str) -> None:
        content = spec["paths"][path]["post"]["requestBody"]["content"]
        schema = content["application/x-www-form-urlencoded"]["schema"]
        self._types = {name: _type(spec, one) for name, one in schema["properties"].items()}
        self._check = Draft202012Validator(
            {
                **_nullable(schema),
                "additionalProperties": False,
                "components": _nullable(spec["components"]),
            }
        )

    def faults(self, fields: list[tuple[str, str]]) -> list[str]:
        """What is wrong with a form, by field; values are not repeated here."""
        form: dict[str, Any] = {}
        repeats = defaultdict(list)
        for name, value in fields:
            repeats[name].append(value)
        for name, values in repeats.items():
            kind = self._types.get(name, "string")
            form[name] = values if kind == "array" or len(values) > 1 else _typed(kind, values[0])
        return [f"{_where(error)}: {error.validator}" for error in self._check.iter_errors(form)]


class Answer:
    """What one JSON answer must look like."""

    def __init__(self, spec: dict[str, Any], name: str) -> None:
        schemas = _nullable(spec["components"])
        self._check = Draft202012Validator(
            {"$ref": f"#/components/schemas/{name}", "components": schemas}
        )
        self._known = set(spec["components"]["schemas"][name]["properties"])

    def faults(self, answer: dict[str, Any]) -> list[str]:
        wrong = [f"{_where(error)}: {error.validator}" for error in self._check.iter_errors(answer)]
        return wrong + [f"{name}: unknown" for name in answer.keys() - self._known]


def _where(error: Any) -> str:
    return "/".join(map(str, error.absolute_path)) or "form"


def _type(spec: dict[str, Any], schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return str(schema.get("type", "string"))


def _typed(kind: str, value: str) -> Any:
    """A form has only strings: read one as the type its field declares, or leave it wrong."""
    try:
        if kind == "integer":
            return int(value)
        if kind == "number":
            return float(value)
    except ValueError:
        return value
    return {"true": True, "false": False}.get(value, value) if kind == "boolean" else value


def _nullable(schema: Any) -> Any:
    """OpenAPI 3.0 says `nullable` where JSON Schema says a second type."""
    if isinstance(schema, list):
        return [_nullable(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: _nullable(one) for name, one in schema.items() if name != "nullable"}
    if schema.get("nullable") is True and isinstance(told.get("type"), str):
        told["type"] = [told["type"], "null"]
    return told


@cache
def twilio_messages() -> tuple[Form, Answer] | None:
    """Twilio's own description of sending a message and of what it answers."""
    spec = described("twilio_messages.openapi.json")
    if spec is None:
        return None
    path = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
    return Form(spec, path), Answer(spec, "api.v2010.account.message")
