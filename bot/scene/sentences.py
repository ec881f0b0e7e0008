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
OLD_BUTTON_STRANGER = Prompt(
    _("That question has been answered. If something has changed, write it here.")
)
KEPT = Prompt(_("Thank you. {worker} has your message."))

# Linking a chat. Until somebody has confirmed it, right and wrong are answered alike.
WELCOME = Prompt(
    _("To connect this chat, ask your key worker for a link. In an emergency call 999.")
)
LINK_OPENED = Prompt(
    _("Thank you. If this link is right, a text message brings a code. It goes to the number "
      "your key worker has. Type the code here. If none comes, ask your key worker.")
)  # fmt: skip
NOT_THE_CODE = Prompt(
    _("That is not the code, or it is too old. Ask your key worker for a new link.")
)
LINK_CODE = Prompt(
    _("{code} is your code. Type it in the chat you have just opened. "
      "If that was not you, do nothing.")
)  # fmt: skip
CONNECTED = Prompt(
    _("This chat is connected. {worker} writes to you here from now on and reads what you write. "
      "Good to know: Telegram is another company. It keeps what is written here and can read it. "
      "It may have to show it to authorities. We keep it too, in your child's record. "
      "So write nothing very private here and send no papers. "
      "You do not have to use it: text messages work just as well. "
      "To go back to them write SMS. To end all messages write STOP. In an emergency call 999.")
)  # fmt: skip
CONNECTED_ALREADY = Prompt(_("This chat is connected. Write here for {worker}."))
OLD_CHAT = Prompt(
    _("This chat is no longer connected. Your messages go to another chat now. "
      "If that was not you, tell your key worker.")
)  # fmt: skip
TEXTS_AGAIN = Prompt(
    _("OK. {worker} writes to you by text message again. To come back here write START.")
)
NO_NUMBER = Prompt(_("There is no number here to text. {worker} has your message."))
BACK_IN_CHAT = Prompt(_("Thank you. {worker} writes to you here again."))
