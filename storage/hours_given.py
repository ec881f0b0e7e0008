"""How long the contacts of some cases took: one query, whatever the size of a team."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, and_, select

from bot.rules.hours_given import Spent
from storage.digest import Reader, readable
from storage.tables import Contact, ContactCase, ContactDetail


def spent_on(
    connection: Connection,
    case_ids: Collection[int],
    reader: Reader,
    since: datetime,
    until: datetime,
) -> list[Spent]:
    """List what was logged on these cases from a moment up to another, as far as it may be read."""
    query = (
        select(
            Contact.id,
            ContactCase.case_id,
            Contact.mode,
            ContactDetail.activity,
            ContactDetail.minutes,
            ContactDetail.travel_minutes,
            Contact.out_of_hours,
        )
        .join(ContactCase, ContactCase.contact_id == Contact.id)
        .join(ContactDetail, ContactDetail.contact_id == Contact.id)
        .where(
            ContactCase.case_id.in_(case_ids),
            ContactCase.ended_at.is_(None),
            and_(Contact.occurred_at >= since, Contact.occurred_at < until),
            readable(reader),
        )
        .order_by(Contact.id, ContactCase.case_id)
    )
    return [Spent(*row) for row in connection.execute(query)]
