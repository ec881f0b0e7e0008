"""What has to be done about everything a provider may say, written down from the specification.

`reliability.md` 1.5 (Twilio), 3 (Notify) and 2.1 to 2.3 (Telegram); nothing of it is read from the
code under test.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tests.fakes import notify_faults as notify
from tests.fakes import telegram_faults as telegram
from tests.fakes import twilio_faults as twilio


@dataclass(frozen=True, slots=True)
class Action:
    """What becomes of a message, of its address, and who hears of it."""

    first: str  # how the message stands after the first no
    marks: str = ""  # what the address is marked as: "dead", "blocked"
    tells: bool = False  # a person has a task about it in the end
    alerts: bool = False  # whoever runs the service is called
    pauses: bool = False  # nothing more leaves by this channel for now
    tries: int = 0  # how often it is tried in all if the no stays; 0: it goes on being tried
    burns: bool = True  # the attempt counts
    waits: float = 0.0  # seconds it waits at least before it is tried again
    resent: bool = True  # it arrives, once, when all is well again
    last: str = "failed"  # how it stands in the end, where it is not tried for ever


STOPPED = Action("failed", "blocked", tells=True, tries=1, resent=False)
BAD_NUMBER = Action("failed", "dead", tells=True, tries=1, resent=False)
PERMANENT = Action("failed", tells=True, tries=1, resent=False)
CONFIG_ALERT = replace(PERMANENT, alerts=True)
PAUSED = Action("waiting", pauses=True, alerts=True, burns=False)
BACK_OFF = Action("waiting")
ONCE_MORE = Action("waiting", tells=True, tries=2)
IN_DOUBT = Action("uncertain", burns=True)
CLOCK_WRONG = PAUSED  # nobody can send until the clock is put right
# Nobody can ask Telegram what it took: what must arrive is sent again, and then a person asked.
RESENT = Action("waiting", tells=True, tries=3, waits=5, last="uncertain")

Cases = dict[str, tuple[Any, Action]]

TWILIO: Cases = {
    **{f"{code}": (twilio.Fault(code), STOPPED) for code in (21610,)},
    **{f"{code}": (twilio.Fault(code), BAD_NUMBER) for code in (21211, 21614, 21604)},
    **{f"{code}": (twilio.Fault(code), CONFIG_ALERT) for code in (21612, 21408)},
    **{f"{code}": (twilio.Fault(code), PAUSED) for code in (21606, 21212, 21703, 21704, 21705)},
    **{f"{code}": (twilio.Fault(code), BACK_OFF) for code in (21611, 14107)},
    **{f"{code}": (twilio.Fault(code), PERMANENT) for code in (21602, 21617)},
    "20003": (twilio.Fault(20003, 401), PAUSED),
    "20429": (twilio.Fault(20429, 429), BACK_OFF),
    "20429 after 7": (twilio.Fault(20429, 429, retry_after="7"), replace(BACK_OFF, waits=7)),
    "unknown 29999": (twilio.Fault(29999), ONCE_MORE),
    "500": (twilio.BROKEN, IN_DOUBT),
    "502": (twilio.HTML_502, IN_DOUBT),
    "time-out": (twilio.HANG, IN_DOUBT),
    "disconnect": (twilio.Fault(kind="dropped"), IN_DOUBT),
}

# The same codes in a receipt: Twilio took the message, and it did not arrive.
TWILIO_RECEIPTS: Cases = {
    "30001": ("30001", BACK_OFF),
    "30002": ("30002", PAUSED),
    "30003": ("30003", Action("waiting", tells=True, tries=4, waits=1800)),
    "30004": ("30004", PERMANENT),
    "30005": ("30005", BAD_NUMBER),
    "30006": ("30006", BAD_NUMBER),
    "30007": ("30007", PERMANENT),
    "30008": ("30008", ONCE_MORE),
    "21610": ("21610", STOPPED),
    "unknown 39999": ("39999", ONCE_MORE),
}

NOTIFY: Cases = {
    "400 number": (notify.BAD_NUMBER, BAD_NUMBER),
    "400 other": (notify.Fault(400, "BadRequestError", "No such thing"), PERMANENT),
    "400 template": (
        notify.Fault(400, "BadRequestError", "Template not found"),
        PAUSED,
    ),
    "403 key": (notify.NO_KEY, PAUSED),
    "403 clock": (notify.CLOCK, CLOCK_WRONG),
    "429 rate": (notify.BUSY, BACK_OFF),
    # It is 13:00 in England, and nothing goes before midnight: somebody has to know.
    "429 day": (notify.USED_UP, replace(PAUSED, burns=True, waits=11 * 3600)),
    "500": (notify.BROKEN, IN_DOUBT),
    "502": (notify.HTML_502, IN_DOUBT),
    "time-out": (notify.HANG, IN_DOUBT),
    "disconnect": (notify.DROPPED, IN_DOUBT),
}

NOTIFY_RECEIPTS: Cases = {
    "permanent": ("permanent-failure", BAD_NUMBER),
    "temporary": ("temporary-failure", PERMANENT),
    "technical": ("technical-failure", ONCE_MORE),
}

TELEGRAM: Cases = {
    "blocked": (telegram.BLOCKED, BAD_NUMBER),
    "deactivated": (telegram.DEACTIVATED, BAD_NUMBER),
    "no chat": (telegram.CHAT_NOT_FOUND, BAD_NUMBER),
    "never started": (telegram.NEVER_STARTED, BAD_NUMBER),
    "400 other": (telegram.Fault(400, "Bad Request: message is too long"), PERMANENT),
    "401": (telegram.UNAUTHORIZED, PAUSED),
    "404": (telegram.UNKNOWN_METHOD, PAUSED),
    "429 after 7": (telegram.FLOOD, replace(BACK_OFF, waits=7)),
    "500": (telegram.BROKEN, RESENT),
    "restarting": (telegram.RESTARTING, RESENT),
    "502": (telegram.HTML_502, RESENT),
    "time-out": (telegram.HANG, RESENT),
    "disconnect": (telegram.DROPPED, RESENT),
}
