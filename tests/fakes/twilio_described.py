"""Holds requests and answers against Twilio's own OpenAPI description of the Message resource."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.fakes.openapi import Form, described, twilio_messages

LIST = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
ONE = "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json"


class Description:
    """What Twilio says a request and an answer look like."""

    def __init__(self, spec: dict[str, Any]) -> None:
        told = twilio_messages()
        assert told is not None
        self.create, self.message = told
        self.update = Form(spec, ONE)
        listing = spec["paths"][LIST]["get"]
        self._asked = {one["name"] for one in listing["parameters"] if one["in"] == "query"}
        page = listing["responses"]["200"]["content"]["application/json"]["schema"]
        self._page = set(page["properties"])

    def query_faults(self, names: set[str]) -> list[str]:
        """What a list was asked for that it does not know."""
        return [f"{name}: unknown" for name in sorted(names - self._asked)]

    def page_faults(self, page: dict[str, Any]) -> list[str]:
        """What is wrong with a page, and with the messages on it."""
        wrong = [f"{name}: unknown" for name in sorted(page.keys() - self._page)]
        return wrong + [fault for one in page["messages"] for fault in self.message.faults(one)]


@cache
def description() -> Description | None:
    """Twilio's own description, where this checkout has it at hand."""
    spec = described("twilio_messages.openapi.json")
    return Description(spec) if spec is not None else None
