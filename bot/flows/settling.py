"""What an answer of a family settles, beside what it tells somebody."""

from __future__ import annotations

from typing import TypeAlias

from bot.rules.holidays import SettlePlace, SettleWish
from bot.rules.plan import AboutPlan
from bot.rules.reasons import GiveReason
from bot.rules.visits import AskLift, ChangeVisit, ConfirmVisit, TakeTime

OfVisit: TypeAlias = TakeTime | ConfirmVisit | ChangeVisit | AskLift
Settling: TypeAlias = SettlePlace | SettleWish | GiveReason | AboutPlan | OfVisit
