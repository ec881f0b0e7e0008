"""What a worker's line leaves open: "by friday", "every tues", "last fri", "cancelled". Pure."""

from __future__ import annotations

import re
from typing import Final

from bot.rules.booking_dates import WEEKDAY

WK: Final = r"(?:week|wk)"
TOMORROW: Final = r"(?:tomm?orr?ow|tomoz|tomos|2moro|2morrow|2mo|tmrw?|tmw|tomo)\b"
# A visit that is off, or over: booked once more it would bring somebody to a family for nothing.
_CALLED_OFF = (
    r"(?:cancel\w*|canc|call(?:ed)? off|cx'?d?|canx|cnx|cncl\w*|x'd|scrap(?:ped)?|delete|postponed"
    r"|(?:no longer|not|isn'?t) (?:needed|required|wanted|happening|going ahead|on\b|taking place)"
    r"|refus(?:ed|ing)|declined|said no|turned (?:me |us )?away|clash(?:es|ing)?|fell through"
    r"|(?:did|has|was|is|will|wo|could)(?:n'?t| not) (?:happen(?:ed|ing)?|go ahead|going ahead"
    r"|take place|attend(?:ed)?|show(?: up)?|turn up|come|home|get in|in(?! school| class| lesson)"
    r"|(?:been )?(?:at home|there))|never happened|dna|d\.n\.a\.?|no[ -]?show|no (?:answer|reply)"
    r"|(?:not|nobody|noone|no one|nowt) (?:at )?(?:home|in(?! school| class| lesson)|attended"
    r"|there)|(?:is|now|its|it's) off|took place|went (?:ahead|well|ok|fine)"
    r"|(?:missed|off|(?:all )?(?:done|completed?|attended|logged))\s*[.!)]*$)"
)
_OFF = re.compile(rf"(?<!drop )(?<!day )(?<!time )\b{_CALLED_OFF}(?!\w)")
_OFF_FIRST = re.compile(
    rf"[\W_]*(?:(?:it|this|that|was|is|been|has|all|now|she|he|they|mum|dad|family)\s+)*{_CALLED_OFF}(?!\w)"
)
HOW_OFTEN = "I book each week or every other week, on one day. Write which day, and for how long."
_IS_IT_OFF = (
    "Is a visit to be called off, or did it not take place? Write /cancelvisit, or log how it went."
)
_BY_TIME = r"(?:school|work|lunch|tea|dinner|reg\w*|\d)"
_WHICH_DAY = "Which day is it then? I only read the days it is on, not those it is not."
_ASKED_BACK = (
    (_OFF, _IS_IT_OFF),
    (re.compile(r"\b(?:(?:change|move|swap|push|shift)(?:d|ed)?"
                r"(?: (?:back|forward|from|to|it))+|(?:bring|brought|put|pull(?:ed)?) (?:it )?"
                r"(?:back|forward)|delay\w*|rearrang\w*|re-arrang\w*|reschedul\w*|resched"
                r"|re-?book\w*|moved|moving(?! (?:house|home|school|out|in|on))|swapped"
                r"|switched|now (?:on|at|for))(?!\w)"),
     "Is it to move a visit that stands? Write /move."),
    (re.compile(r"\b(?:every|each(?! way)|daily|\w*weekly|fortnightly|\w*monthly|termly"
                r"|wkly|alternate|recurring|of (?:the|each) month)\b"
                rf"|\b(?:once|twice|times?|x|hours?|hrs?|mins?|minutes?|days?|visits?|sessions?)"
                rf" (?:an?|per) (?:{WK}|fortnight|month|term)\b"), HOW_OFTEN),
    (re.compile(r"\b(?:not|never|except\w*|avoid\w*|any(?:thing|where)? ?(?:day|time)? (?:but|bar)"
                r"|other than|apart from|aside from|excl\w*|can'?t (?:do|make|come)|unless|bar|but"
                r"|(?:does|is|do)n'?t (?:do|work|in|free|like|available)|off|busy|away|working"
                rf"|nor|no|save|instead of|rather than)\s+(?:on\s+)?(?:the\s+)?{WEEKDAY}"
                rf"|{WEEKDAY}\s+(?:is |are )?(?:no good|not\b|out\b|off\b|can'?t|won'?t"
                r"|does ?n'?t)"), _WHICH_DAY),
    (re.compile(rf"\b(?:last|previous|prev|past(?! \d)|the other)\s+(?:{WEEKDAY}|{WK}\b)"
                rf"|{WEEKDAY}(?:\s+(?:just|that|has|was|only))*\s+(?:gone|been|past|passed)\b"
                r"|\b(?:yest?e?rda?y|yday|ystrday|last night|earlier today)\b"),
     "Which day is it? I book days that are to come: write the date."),
    (re.compile(rf"\bfollowing\s+{WEEKDAY}|\b{WK} (?:after|before|following)\b(?! next)"
                rf"|{WEEKDAY}\s+(?:after|before|following)\b(?!\s+{_BY_TIME})"),
     "Which day is it? Write a date."),
    (re.compile(r"\b(?:(?<!day )after|before|by|until|till|no later than|from)\s+(?:the\s+)?"
                rf"(?:{WEEKDAY}|{TOMORROW}|next {WK}|\d{{1,2}}(?:st|nd|rd|th|/)\d*)"),
     "Which day is it to be? I book a day, not before or after one."),
    (re.compile(r"\b(?:xmas|christmas|boxing day|new year'?s?|good fri\w*|easter|bonfire)\b"),
     "Which date is that? Write it in figures."),
    (re.compile(r"\b(?:early|beginning|start|middle|mid|end|late)(?: of| in)?(?: the)?[\s-]+"
                rf"(?:next |this )?(?:{WK}|month)\b|\bnext (?:month|term)\b"
                rf"|\bin (?:an? |\d+ |two )(?:{WK}|month|fortnight)s?\b"
                rf"|\b(?:[3-9]|three|four|five|six) {WK}s (?:on |from )?{WEEKDAY}"
                r"|\bafter (?:xmas|christmas|half term|the holidays)\b|\bnext weekend\b"
                rf"|(?<!week )(?<!wk )\bafter next\b|\bor (?:the )?{WK} after\b"),
     "Which day, or which week? Write a date, next week, or w/c and its Monday."),
)  # fmt: skip


def unclear(said: str) -> str:
    """Give the question to put back where no one day is meant. Empty: there is none."""
    return next((question for sign, question in _ASKED_BACK if sign.search(said)), "")


def undone(note: str) -> str:
    """Ask where a note begins by saying that a visit is off or over."""
    return _IS_IT_OFF if _OFF_FIRST.match(note) else ""
