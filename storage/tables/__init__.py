"""What is kept, one class per table."""

from storage.tables.base import Table, core
from storage.tables.cases import Allocation, Case, CaseContact
from storage.tables.contacts import Contact, ContactCase, Restriction
from storage.tables.doors import Invite, Knock, Link
from storage.tables.outbox import ChannelPace, DeliveryEvent, Outbox
from storage.tables.people import Address, Cover, CoverTold, Person, School, Staff
from storage.tables.work import (
    Audit,
    Conversation,
    DeskEntry,
    Due,
    NotSent,
    Quarantine,
    Received,
    ServiceValue,
    Task,
)

__all__ = [
    "Address",
    "Allocation",
    "Audit",
    "Case",
    "CaseContact",
    "ChannelPace",
    "Contact",
    "ContactCase",
    "Conversation",
    "Cover",
    "CoverTold",
    "DeliveryEvent",
    "DeskEntry",
    "Due",
    "Invite",
    "Knock",
    "Link",
    "NotSent",
    "Outbox",
    "Person",
    "Quarantine",
    "Received",
    "Restriction",
    "School",
    "ServiceValue",
    "Staff",
    "Table",
    "Task",
    "core",
]
