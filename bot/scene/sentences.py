"""What the front desk says by itself: safety first, never sorry, never a promise it cannot keep."""

from __future__ import annotations

from bot.flows.base import Prompt
from bot.i18n import _

EMERGENCY = _(
    "If anyone is hurt or in danger, call 999 now. "
    "For urgent mental health help call 111, option 2. We have your message."
)
EMERGENCY_DISCREET = _("In an emergency call 999.")
NEXT_READ = _("This phone is next read {next_read:day} {next_read:time}.")
READ_TODAY = _("This phone is read today until {read_until:time}.")

STOPPED = Prompt(
    _("OK, no more texts will come from here. {worker} can still phone or visit. "
      "To start again text START.")
)  # fmt: skip
STOPPED_NO_CALLS = Prompt(
    _("OK, no more texts will come from here. {worker} can still visit. "
      "To start again text START.")
)  # fmt: skip
STOPPED_STRANGER = Prompt(_("OK, no more texts will come from here. To start again text START."))
STARTED = Prompt(_("Thank you. Texts will come again. To end them text STOP."))
WRONG_NUMBER = Prompt(_("Thank you for telling us. This number will get no more texts."))
HELP_MENU = Prompt(
    _("You can text {worker} here. Reply CALL for a call back. In an emergency call 999. "
      "To stop these texts reply STOP.")
)  # fmt: skip
HELP_MENU_IN_WRITING = Prompt(
    _("You can text {worker} here. In an emergency call 999. To stop these texts reply STOP.")
)
HELP_STRANGER = Prompt(_("In an emergency call 999. To stop these texts reply STOP."))
CALL_COMING = Prompt(_("Thank you. Your request for a call has been passed on."))
WRITE_COMING = Prompt(_("Thank you. {worker} has your message and will write back."))
NOT_OPENED = Prompt(
    _("Pictures and files cannot be opened here. Please say it in words, or reply CALL.")
)
NOT_OPENED_IN_WRITING = Prompt(
    _("Pictures and files cannot be opened here. Please say it in words.")
)
OLD_BUTTON = Prompt(
    _("That question has been answered. If something has changed, write it here for {worker}.")
)
KEPT = Prompt(_("Thank you. {worker} has your message."))
