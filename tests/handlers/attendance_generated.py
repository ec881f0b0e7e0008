"""What stands beside the marks in a term: reasons, agreed steps and messages, made by chance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import Connection, func, select, update

from bot.rules.reasons import REASONS, TAKEN_BACK
from storage import contacts, outbox
from storage.addresses import lines_of
from storage.plans import NewStep, add_step, end_step
from storage.reasons import Given, give
from storage.tables import Case, CaseContact, ContactCase

KINDS = (*REASONS, TAKEN_BACK)
ASKS = ("absence", "absence_beside", "absence_day2", "days_missed")
PURPOSES = ("praise", "good_news", *ASKS, "check_in", "transport")
# What became of a message: the state it is in, and what each entry of the log says of it.
FATES: tuple[tuple[str, tuple[str | None, ...]], ...] = (
    ("sent", (None,)),
    ("delivered", (None,)),
    ("delivered", (None, None)),  # it left twice: the first one was lost on the way
    ("undelivered", (None, "undelivered")),
    ("failed", ("undelivered",)),
)
OUTCOMES = ("worked", "worked", "partly", "did_not", "dropped", "")


@dataclass(frozen=True, slots=True)
class Term:
    """Chance, and the moments between which everything happened."""

    chance: Random
    first: datetime
    now: datetime

    def moment(self) -> datetime:
        return self.first + (self.now - self.first) * self.chance.random()

    def keep(self, connection: Connection) -> None:
        """Write it all down for every case whose adult can be written to."""
        adult = func.min(CaseContact.person_id)
        query = select(Case.id, Case.ref, adult).join(CaseContact, CaseContact.case_id == Case.id)
        for case, ref, person in connection.execute(query.group_by(Case.id).order_by(Case.ref)):
            self._reasons(connection, case)
            self._steps(connection, case)
            for line in lines_of(connection, person)[:1]:
                for number in range(self.chance.randint(8, 20)):
                    self._message(connection, case, line.id, f"generated/{ref}/{number}")

    def _reasons(self, connection: Connection, case: int) -> None:
        for _one in range(self.chance.randint(0, 12)):
            day = self.moment().date() - timedelta(days=self.chance.choice((0, 0, 7)))
            for kind in self.chance.choices(KINDS, k=self.chance.choice((1, 1, 2, 3))):
                give(connection, Given(case, day, kind, self.now, "DO"))

    def _steps(self, connection: Connection, case: int) -> None:
        for outcome in self.chance.choices(OUTCOMES, k=self.chance.randint(0, 4)):
            agreed = self.first.date()
            new = NewStep(
                case, "Bag packed the night before", "family", agreed, None, "DO", self.now
            )
            step = add_step(connection, new)
            if outcome:
                end_step(connection, case, step, outcome, "DO", self.moment())

    def _message(self, connection: Connection, case: int, line: int, key: str) -> None:
        purpose, at = self.chance.choice(PURPOSES), self.moment()
        kind = self.chance.choice(("proactive", "proactive", "person", "reply"))
        status, results = self.chance.choice(FATES)
        letter = outbox.Letter(key, line, kind, purpose, "en", "Hello", at, at)
        number = outbox.put(connection, letter)
        outbox.mark(connection, number, status=status, sent_at=at)
        if self.chance.random() < 0.2:  # history from another system: no message of ours behind it
            number, results = None, (self.chance.choice((None, "reached", "no_answer")),)
        for attempt, result in enumerate(results):
            entry = contacts.Entry(
                at + timedelta(minutes=attempt), at, "outbound", "sms", "system", purpose, "Hello",
                b"0123456789abcdef", outbox_id=number, attempt_result=result,
            )  # fmt: skip
            contacts.log(connection, replace(entry, source=f"{key}/{attempt}"), [case])
        if self.chance.random() < 0.1:  # it stood on this case in error
            newest = select(func.max(ContactCase.id)).scalar_subquery()
            ended = update(ContactCase).where(ContactCase.id == newest)
            connection.execute(ended.values(ended_at=at, ended_reason="another child's"))


def kept_by_chance(connection: Connection, first: date, now: datetime) -> None:
    """Write down what the families of Marlbridge heard and said since a day, and well before."""
    begins = datetime.combine(first, now.timetz()) - timedelta(weeks=3)
    Term(Random("a term at Marlbridge"), begins, now).keep(connection)
