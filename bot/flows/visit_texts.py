"""What families are asked and told about visits: offers, bookings, changes and reminders."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.base import Answers, Choice, Prompt
from bot.i18n import Text, _

ORDER = ("first", "second", "third")  # the times of an offer, and the keys of its choices
ANOTHER_TIME = _("Another time")
_TIMES = {
    "first": _("{first_on} {first_at}"),
    "second": _("{second_on} {second_at}"),
    "third": _("{third_on} {third_at}"),
}
SUITS = (Choice("suits", _("That suits")), Choice("change", _("Change it")))
CHANGES = (Choice("other_time", ANOTHER_TIME), Choice("not_needed", _("Not this time")))
KEPT_FREE = _("This time is kept free for you.")
COSTS = _("A missed visit costs us {cost}.")
OWN_WORDS = _("Or use your own words.")
WRITE_TO_CHANGE = _("Write here to change it. A person reads every message.")
KEPT_IN_WORDS = _("This time is kept free for you. Write here to change it.")
COSTS_IN_WORDS = _("A missed visit costs us {cost}. Write here to change it.")

_IN_WORDS = {COSTS: COSTS_IN_WORDS, KEPT_FREE: KEPT_IN_WORDS}

OFFER = _("Hi {person}, what suits you for {label} with {who}, {place}?")
OFFER_CHILD = _("Hi {person}, what suits {child} for {label} with {who}?")
OFFER_TOGETHER = _("Hi {person}, see {who} together, so you tell your story once. What suits?")
FREE_TIMES = _("Free: {free}. Write here which suits you, or when else.")
OFFER_AGAIN = _("What suits you for {label}?")
NOT_ANY_MORE = _("We cannot do that time any more.")
OTHER_TIMES = _("Thank you for telling us.")

BOOKED = _("Hi {person}, booked with {who}: {label} on {on} at {at}, {place}.")
BOOKED_CHILD = _("Hi {person}, booked for {child} with {who}: {label} on {on} at {at}, {place}.")
TOGETHER = _(
    "Hi {person}, {who} will see you together on {on} at {at}, {place}. "
    "So you tell your story once."
)
EACH_WEEK = _("Then each week at {at}, until {last}.")
EACH_FORTNIGHT = _("Then every 2 weeks at {at}, until {last}.")
ON_DAYS = _("Also at {at} on {days}.")
MOVED = _("Hi {person}, {label} with {who} is now on {on} at {at}, {place}.")
MOVED_CHILD = _("Hi {person}, {label} for {child} with {who} is now on {on} at {at}, {place}.")
REMINDER = _("Reminder: {label} with {who} on {on} at {at}, {place}.")
REMINDER_CHILD = _("Reminder for {child}: {label} with {who} on {on} at {at}, {place}.")
STILL_ASKED = _("Does {on} at {at} suit you?")
CHANGE = _("What would be better?")
PICK_UP = _("Where shall we pick you up?")
PICK_UP_AFTER = _("Or write the place here.")

CANCELLED = _("Hi {person}, {label} with {who} on {on} at {at} is off. Write here about another.")
CANCELLED_CHILD = _(
    "Hi {person}, {label} for {child} on {on} at {at} is off. Write here about another."
)
OFFER_OFF = _("Hi {person}, no time is needed for {label} any more. You can write here any time.")

# To a phone that others may read: no place, no child, and no word for what it is.
OFFER_BARE = _("{who}: which time suits you?")
BOOKED_BARE = _("{who}: {on} at {at}, as agreed.")
MOVED_BARE = _("{who}: now {on} at {at}.")
CANCELLED_BARE = _("{who}: {on} at {at} is off. Write here any time.")
OFFER_OFF_BARE = _("{who}: no time is needed any more. You can write here any time.")

LATE = _("Hi {person}, {late} is running about {by} minutes late for {at}.")
MISSED = _("Hi {person}, we missed each other on {on}. Is everything OK?")
MISSED_CHILD = _("Hi {person}, we missed {child} on {on}. Is everything OK?")
OR_CALL = _("Or reply CALL and {worker} will ring you.")

# Said once an answer is settled.
TAKEN = _("Thank you. Booked with {who}: {label} on {on} at {at}, {place}.")
TAKEN_CHILD = _("Thank you. Booked for {child} with {who}: {label} on {on} at {at}, {place}.")
CONFIRMED = _("Thank you. That is fixed: {on} at {at}.")
OFF = _("Thank you for telling us. That is off, and {worker} knows. You can write here any time.")
OFF_OTHERS_STAY = _(
    "Thank you for telling us. {on} is off, and {worker} knows. "
    "The rest stays booked. You can write here any time."
)
WILL_FIND = _("Thank you. {worker} will find another time with you.")
LIFT_ASKED = _("Thank you. You will be told when to be ready.")
A_PERSON = _("Thank you. {worker} will answer you about this.")

_AGAIN = {"week": EACH_WEEK, "fortnight": EACH_FORTNIGHT, "days": ON_DAYS}


def times(answers: Answers) -> tuple[Choice, ...]:
    """List the times that are offered, as choices; where none are known yet, the most there are."""
    known = [key for key in ORDER if answers.get(key)] or list(ORDER)
    return (*(Choice(key, _TIMES[key]) for key in known), Choice("other", ANOTHER_TIME))


def offered(answers: Answers) -> Prompt:
    """Offer times; that another cannot be had any more is said first."""
    before = {"gone": (NOT_ANY_MORE,), "other": (OTHER_TIMES,)}.get(answers.get("because", ""), ())
    if before:
        return replace(offered_again(answers), before=before)
    return Prompt(_offer(answers), times(answers))


def offered_again(answers: Answers) -> Prompt:
    """Offer the times again, in short."""
    return Prompt(OFFER_BARE if answers.get("bare") else OFFER_AGAIN, times(answers))


def offered_in_words(answers: Answers) -> Prompt:
    """Offer times where another question is open: without numbers."""
    return Prompt(_offer(answers), after=FREE_TIMES)


def booked(answers: Answers) -> Prompt:
    """Say what is booked, and with whom."""
    said = _one(answers, BOOKED, BOOKED_CHILD, BOOKED_BARE, together=TOGETHER)
    again = _AGAIN.get(answers.get("again", ""))
    return Prompt(again, SUITS, before=(said,)) if again else Prompt(said, SUITS)


def moved(answers: Answers) -> Prompt:
    """Say when it is now."""
    return Prompt(_one(answers, MOVED, MOVED_CHILD, MOVED_BARE), SUITS)


def reminder(answers: Answers) -> Prompt:
    """Remind of a visit."""
    return Prompt(_one(answers, REMINDER, REMINDER_CHILD, BOOKED_BARE), SUITS)


def last_reminder(answers: Answers) -> Prompt:
    """Remind of a visit, and say what the time is worth."""
    return replace(reminder(answers), after=COSTS if answers.get("cost") else KEPT_FREE)


def in_words(told: Prompt) -> Prompt:
    """Say the same where another question is open: without numbers, with a way to change it."""
    after = _IN_WORDS.get(told.after, WRITE_TO_CHANGE) if told.after else WRITE_TO_CHANGE
    return replace(told, choices=(), after=after)


def taken(answers: Answers) -> Prompt:
    """Say what the family has just chosen."""
    return Prompt(_one(answers, TAKEN, TAKEN_CHILD, CONFIRMED))


def cancelled(answers: Answers) -> Prompt:
    """Say that a visit is off."""
    return Prompt(_one(answers, CANCELLED, CANCELLED_CHILD, CANCELLED_BARE))


def called_off(*, others: bool) -> Prompt:
    """Say that what they called off is off; where others stand, that it is this day alone."""
    return Prompt(OFF_OTHERS_STAY if others else OFF)


def offer_off(answers: Answers) -> Prompt:
    """Say that no time need be chosen any more."""
    return Prompt(OFFER_OFF_BARE if answers.get("bare") else OFFER_OFF)


def missed(answers: Answers) -> Prompt:
    """Ask kindly after a visit that did not come about; nobody is blamed."""
    return Prompt(_one(answers, MISSED, MISSED_CHILD, MISSED))


def _offer(answers: Answers) -> Text:
    return _one(answers, OFFER, OFFER_CHILD, OFFER_BARE, together=OFFER_TOGETHER)


def _one(
    answers: Answers, usual: Text, of_child: Text, bare: Text, together: Text | None = None
) -> Text:
    """Choose among the ways to say one thing; a phone that others may read comes first."""
    if answers.get("bare"):
        return bare
    if together is not None and answers.get("joint"):
        return together
    return of_child if answers.get("child") else usual
