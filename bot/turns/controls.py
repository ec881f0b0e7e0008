"""Words that steer the service itself: STOP, START, HELP, CALL, a wrong number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from bot.rules.frontdesk import Control
from bot.rules.routing import in_charge
from bot.scene import sentences
from bot.scene.chats import phone_of
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.notices import FAMILY_CHAT
from bot.turns.lateness import spoken_at
from bot.turns.visits_after_stop import STOPPED, still_named, tell_of_kept
from bot.turns.voice import Voice, answer, shown_words
from storage import outbox
from storage.addresses import Line, ask_to_stop, mark_line, opt_in, opt_out
from storage.conversations import keep_state, set_due
from storage.sent import said_since

ALBUM_WITHIN = timedelta(minutes=1)


def obey(voice: Voice) -> bool:
    """Do what a control word asks. True: the message needs nothing more."""
    match voice.reading.control:
        case Control.STOP:
            stop(voice)
        case Control.START:
            return start_again(voice) or _back_in_chat(voice)
        case Control.SMS:
            return _texts_again(voice)
        case Control.HELP:
            show_help(voice)
        case Control.CALL:
            ask_for_call(voice)
        case _:
            return _carrier(voice) or _wrong_number(voice)
    return True


def stop(voice: Voice) -> None:
    """Opt them out, at once and until START; the owner hears of it the same day.

    Whoever ends the messages of a chat does not mean them to come by text instead.
    """
    scene, family = voice.scene, voice.family
    opt_out(scene.connection, family.line, spoken_at(scene, voice.inbound))
    end_conversation(voice)
    visits = still_named(voice)
    asked = f"{STOPPED} {family.reach}.{visits.named}"
    task(voice, "opted_out", asked, also=visits.comes)
    tell_of_kept(voice, visits.kept)
    if not _carrier_answers(voice):
        known = sentences.STOPPED if family.calls else sentences.STOPPED_NO_CALLS
        said = known if family.person else sentences.STOPPED_STRANGER
        answer(voice, said, kind="safety", purpose="stop_confirm")


def ended(line: Line) -> bool:
    """Say whether messages to an address were ended, or are held: START brings them back."""
    return bool(line.opted_out_at or line.stop_asked_at or line.carrier_blocked_at)


def start_again(voice: Voice) -> bool:
    """Lift an opt-out; START without one is only a word."""
    scene, line = voice.scene, voice.family.line
    if not ended(line) or _asked_to_stop_since(voice):
        return False
    opt_in(scene.connection, line)
    mark_line(scene.connection, line.id, carrier_blocked_at=None)
    task(voice, "started_again", "wants texts again (START).")
    if not _carrier_answers(voice):
        answer(voice, sentences.STARTED, kind="safety", purpose="start_confirm")
    return True


def _asked_to_stop_since(voice: Voice) -> bool:
    """A START that reaches us late does not lift the STOP that was written after it."""
    line, said = voice.family.line, spoken_at(voice.scene, voice.inbound)
    return any(moment and moment > said for moment in (line.opted_out_at, line.stop_asked_at))


def _carrier_answers(voice: Voice) -> bool:
    """Say whether the provider this came by confirms STOP and START itself."""
    return voice.inbound.provider in voice.scene.taskforce.confirm_stop


def _texts_again(voice: Voice) -> bool:
    """One word takes a family back from the chat to text messages."""
    scene, family = voice.scene, voice.family
    if family.line.channel != FAMILY_CHAT or family.person is None:
        return False
    phone = phone_of(scene, family.person.id)
    if phone is None:
        task(voice, "no_number", "wants text messages, and there is no number to text.")
        answer(voice, sentences.NO_NUMBER, kind="safety", purpose="sms")
        return True
    mark_line(scene.connection, family.line.id, left_at=scene.now)
    outbox.readdress(scene.connection, family.person.id, family.line.id, phone.id)
    task(voice, "wants_texts", "wants text messages again (SMS). They go to the number on file.")
    answer(voice, sentences.TEXTS_AGAIN, kind="safety", purpose="sms")
    return True


def _back_in_chat(voice: Voice) -> bool:
    """START in a chat they had left brings them back to it."""
    if voice.family.line.left_at is None:
        return False
    mark_line(voice.scene.connection, voice.family.line.id, left_at=None)
    task(voice, "started_again", "is back in the chat (START).")
    answer(voice, sentences.BACK_IN_CHAT, kind="safety", purpose="start_confirm")
    return True


def show_help(voice: Voice) -> None:
    """Send the menu, and let a person look the same day."""
    task(voice, "help", "texted HELP.", level="L3")
    menu = sentences.HELP_MENU if voice.family.calls else sentences.HELP_MENU_IN_WRITING
    said = menu if voice.family.person else sentences.HELP_STRANGER
    answer(voice, said, kind="safety", purpose="help_menu")


def ask_for_call(voice: Voice) -> None:
    """Pass a wish for a call to whoever can ring soonest; it answers an open question too."""
    family = voice.family
    if not voice.overtaken:
        end_conversation(voice)
    how = "asks for a call." if family.calls else "asks for contact. Text only, never phone."
    matter = Matter("call", voice.facts_line(how), None, voice.contact_id)
    told = list(dict.fromkeys((family.urgent.staff, *family.owners())))
    raise_task(voice.scene, family, told[0], matter, told=told)
    said = sentences.CALL_COMING if family.calls else sentences.WRITE_COMING
    answer(voice, said, purpose="call")


def hold_texts(voice: Voice) -> None:
    """Hold everything automatic because they asked in their own words; a person confirms it."""
    asked = spoken_at(voice.scene, voice.inbound)
    ask_to_stop(voice.scene.connection, voice.family.line, asked)
    said = shown_words(voice.inbound)
    task(voice, "stop_request", f"may want no more texts: “{said}”. Automatic texts are held.")


def _carrier(voice: Voice) -> bool:
    """Show the phone network's own block: it took a word of this message for an opt-out."""
    if voice.inbound.opt_out != "STOP":
        return False
    mark_line(voice.scene.connection, voice.family.line.id, carrier_blocked_at=voice.scene.now)
    said = shown_words(voice.inbound)
    task(
        voice,
        "carrier_block",
        f"“{said}”: the phone network now blocks our texts. {voice.family.reach}.",
    )
    return False


def _wrong_number(voice: Voice) -> bool:
    if not voice.reading.wrong_number:
        return False
    line = voice.family.line
    mark_line(voice.scene.connection, line.id, wrong_at=line.wrong_at or voice.scene.now)
    end_conversation(voice)
    said = shown_words(voice.inbound)
    task(voice, "wrong_number", f"“{said}”. The number is not used again until you checked it.")
    answer(voice, sentences.WRONG_NUMBER, kind="safety", purpose="wrong_number")
    return True


def not_opened(voice: Voice) -> bool:
    """Say that pictures and files stay shut. True: there was nothing but a file.

    Every picture of an album is a message of its own: one answer is enough for all of them.
    """
    if voice.inbound.words.strip() or not voice.inbound.media:
        return False
    scene, address_id = voice.scene, voice.family.line.id
    if said_since(scene.connection, address_id, "not_opened", scene.now - ALBUM_WITHIN):
        return True
    calls = voice.family.calls
    said = sentences.NOT_OPENED if calls else sentences.NOT_OPENED_IN_WRITING
    answer(voice, said, purpose="not_opened")
    return True


def task(
    voice: Voice, kind: str, what: str, level: str | None = None, also: Iterable[str] = ()
) -> None:
    """Make a task for the owner, told to every key worker of the family and to these as well."""
    told = [ref for ref in (*voice.family.owners(), *also) if ref not in voice.hidden_from]
    others = in_charge(voice.scene.team, voice.scene.practice, voice.hidden_from)
    matter = Matter(kind, voice.facts_line(what), level, voice.contact_id)
    for owner in (*told, *others)[:1]:
        raise_task(voice.scene, voice.family, owner, matter, told=told)


def end_conversation(voice: Voice) -> None:
    """Close an open question: it has been overtaken."""
    person = voice.family.person
    if person is not None:
        keep_state(voice.scene.connection, person.id, None, voice.scene.now)
        set_due(voice.scene.connection, "silence", person.ref, None)


def old_button(voice: Voice) -> None:
    """Tell a person that the question of this button is over."""
    known = voice.family.person is not None
    said = sentences.OLD_BUTTON if known else sentences.OLD_BUTTON_STRANGER
    answer(voice, said, purpose="old_button")
