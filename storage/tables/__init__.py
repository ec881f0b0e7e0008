"""What is kept, one class per table."""

from storage.tables.base import Table, core
from storage.tables.cases import Allocation, Case, CaseContact
from storage.tables.casework import (
    ContactDetail,
    Decision,
    Passport,
    Promise,
    TaskClosing,
    TaskStep,
)
from storage.tables.contacts import Contact, ContactCase, Restriction
from storage.tables.doors import Invite, Knock, Link, SignIn, StaffSession
from storage.tables.outbox import ChannelPace, DeliveryEvent, Outbox
from storage.tables.people import Address, Cover, CoverTold, Person, School, Staff
from storage.tables.referrals import (
    CaseAccess,
    CaseStatus,
    ContactCopy,
    Introduction,
    Meeting,
    Referral,
)
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
    "CaseAccess",
    "CaseContact",
    "CaseStatus",
    "ChannelPace",
    "Contact",
    "ContactCase",
    "ContactCopy",
    "ContactDetail",
    "Conversation",
    "Cover",
    "CoverTold",
    "Decision",
    "DeliveryEvent",
    "DeskEntry",
    "Due",
    "Introduction",
    "Invite",
    "Knock",
    "Link",
    "Meeting",
    "NotSent",
    "Outbox",
    "Passport",
    "Person",
    "Promise",
    "Quarantine",
    "Received",
    "Referral",
    "Restriction",
    "School",
    "ServiceValue",
    "SignIn",
    "Staff",
    "StaffSession",
    "Table",
    "Task",
    "TaskClosing",
    "TaskStep",
    "core",
]
