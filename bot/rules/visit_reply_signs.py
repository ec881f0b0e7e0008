"""The words families use about a visit: yes, another time, not at all, late, a lift. Pure."""

from __future__ import annotations

import re

from bot.rules.visit_reply_times import folded


def _any(*signs: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{sign})" for sign in signs))


def _words(*groups: str) -> frozenset[str]:
    return frozenset(word for group in groups for word in folded(group).split())


# Words that change nothing around a wish in Urdu and in Arabic.
_UR = r"(?:please|plz|pls|sorry|maaf|shukriya|ji|jee|salam|پلیز|سوری|معذرت|شکریہ|جی|براہ کرم)"
_AR = r"(?:من فضلك|لو سمحت|لو سمحتم|رجاء|شكرا|عذرا|اسف|اسفة|للاسف|مرحبا)"


def _all(about: str, wish: str) -> str:
    """Match a wish that stands alone: beside anything else a person has to read it."""
    alone = folded(rf"(?:{about} )*(?:{wish})(?: {about})*")
    return rf"^{alone}$"


YES = _words(
    "yes yeah yea yep yup ye yh aye ok okay okey oki k kk fine good great perfect lovely ideal",
    "gd gr8 grand brilliant confirm confirmed works suits sure 👍 ✅ 👌 ✔ 🆗",
    "tak dobrze pasuje zgoda potwierdzam",
    "bede accha acha achha haan han haanji hanji ji jee theek thik bilkul ہاں جی ٹھیک بالکل اوکے",
    "da bine taip gerai نعم ايوه أيوه na3am aywa تمام موافق موافقة مناسب اوكي بەڵێ ਹਾਂ",
)
# Words that change nothing. Any word that stands in neither list sends a reply to a person.
NOTHING = _words(
    "please pls plz plse thanks thank you ta cheers thx ty x xx xxx xxxx hi hello hiya hey",
    "the a is it its that thats this be would will i im we well us me my for on and with",
    "take have go can do choose pick best better most then there all sounds just really very so",
    "one option number 😊 🙂 😀 ❤ 🙏 😘 💕 🥰 🤗 👋 😁",
    "w we mi prosze dziekuje dzieki moze byc bedzie hai hain shukriya شکریہ ہے ہیں va rog",
    "multumesc شكرا aciu paldies",
)
GREETING = re.compile(
    r"\bgood (?:morning|afternoon|evening)\b"
    r"|\b(?:thanks|thank you|ta|cheers|hi|hello|hiya) "
    r"(?!but|not?\b|can|dont|later|never|though|how|if|just|maybe|you|u\b|so|for|the|and|a\b)"
    r"(?=[a-z]{3,}$)[a-z]+$"
)
# Words that say yes, or nothing, only together: "ill" alone may be illness, "4" a number.
TOGETHER = (
    (re.compile(r"\b(?:be there|(?:see|c) (?:you|u|ya))(?: then| for| about| around)? "
                r"(?=\d{1,2}\W*(?:x+|ok|thanks|thank you)?$)"), "at "),
    (re.compile(r"(?<!im )(?<!am )(?<!is )(?<!so )(?<!was )(?<!very )"
                r"\b(?:(?:i|we)(?: ?wi)?ll|well) be there\b"), " yes "),
    (re.compile(r"^((?:(?:ok|okay|yes|yeah|yep|fine|hi|thanks|great|perfect|lovely|then)[ ,.!]+)*)"
                r"ill (?=(?:be|see|c|take|have|go|do|choose|pick)\b)"), r"\1"),
    (re.compile(r"\b4 (?=(?:us|me|you|u)\b)"), "for "),
    (re.compile(r"^no (?:problem|probs?|worries)[ ,.!]+(?=(?:see|c) (?:you|u|ya) (?:then|there))"),
     " "),
    (re.compile(r"^y(?=$|[ ,.!]+(?:thanks|thank|thx|ty|ta|please|pls|ok|see|c|x+)\b)"), "yes"),
)  # fmt: skip
SEE_YOU = re.compile(
    r"\b(?:see|c) (?:you|u|ya)\b(?: (?:(?P<then>then|there)|later|soon|both|all))?"
)
_DAY = (
    r"(?:(?:the )?(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|tomorrow|tomoz|today|(?:next|this) week"
    r"|(?:the )?weekend|(?:the )?\d{1,2}(?:st|nd|rd|th)|another|a different|later|earlier|after)"
)
DAYS_NOT = re.compile(
    rf"\b(?:not|cant|cannot|dont|wont|busy|except)(?: really| do| make| come| on)* {_DAY}"
    rf"(?: or {_DAY})*"
)
_CANNOT = r"\b(?:cant|cannot|can not|couldnt|wont be able to|unable to|not able to)"
ANOTHER_TIME = _any(
    r"\bneither\b",
    r"\bnone of (?:them|those|these|the times|that)\b",
    # "I can't do this any more" is no wish for another day.
    rf"{_CANNOT}(?: really| now)* make (?:it|that|either|{_DAY})"
    rf"(?=$| (?:sorry|thanks|please|then|now|on|at|to|no|as|because|cos|can|could|im|x|{_DAY})\b)",
    rf"{_CANNOT}(?: really| now)* (?:do|manage|come) (?:either|any of them|those|these|both|then"
    rf"|that day|that time|{_DAY})\b",
    r"\b(?:a different|different|another|alternative|new) (?:time|day|date|slot|week)\b",
    r"^change$|\bchange (?:it|this|that|my visit|(?:the )?(?:time|day|date|visit|appointment))\b",
    r"\b(?:can (?:we|i)|need to|want to|have to) (?:change|move|swap)\b",
    r"\b(?:rearrange|re-?arrange|reschedule|rebook|postpone)\b",
    rf"\b(?:can|could|would) (?:you|u|we|i)(?: please| pls)? (?:do|come|make it|have|try|go for)"
    rf"(?: it| on| this| round)* (?:{_DAY})\b",
    rf"\b(?:what|how) (?:about|abt|bout) (?:{_DAY})\b",
    r"\b(?:any(?:thing)?|something) (?:later|earlier|sooner|else)\b",
    r"\bnext week (?:is|would be|will be) (?:better|best|ok|good)\b",
    r"\b(?:at work|working) (?:both|then|that day|those days|all day|on)\b",
    r"\binn(?:y|ego) termin|\binna godzina\b|\b(?:zmienic|przelozyc) (?:termin|wizyte|godzine)\b",
    r"^(?:niestety )?nie (?:moge|pasuje)(?: (?:przyjsc|wtedy|niestety))?$|\bmi nie pasuje\b",
    # "doosra waqt" may be the second of the times, and "aap nahi aa sakte" is asked of us.
    _all(_UR, r"(?:koi|kisi) (?:aur|or) (?:din|waqt|wakt|time)(?: (?:theek hai|chahiye|de dein))?"),
    _all(_UR, r"(?:کوئی|کسی) اور (?:وقت|دن)(?: (?:ٹھیک ہے|چاہیے|دے دیں))?"),
    _all(
        _UR,
        r"(?:(?:ham|hum|mein|main|mai) )?(?:us din )?nah(?:i|in|een) aa? ?sak(?:te|ti|ta)"
        r"(?: (?:hain|hun|hoon))?",
    ),
    _all(
        _UR,
        r"(?:(?:ہم|میں) )?(?:اس دن )?نہیں آ ?(?:سکتے|سکتی|سکتا|سکیں گے|سکوں گی|سکوں گا)"
        r"(?: (?:ہیں|ہوں))?",
    ),
    _all(_AR, r"(?:(?:اريد|نريد|ممكن) )?(?:موعد|وقت|يوم) آخر"),
    _all(
        _AR,
        r"(?:لا (?:أستطيع|نستطيع|أقدر|نقدر)|ما (?:أقدر|بقدر|نقدر)) "
        r"(?:الحضور|المجيء|أجي|نجي|أحضر|نحضر)",
    ),
    r"\balta (?:zi|ora|data)\b|^(?:imi pare rau )?nu pot(?: veni)?$",
)
# "nahi aa sakte?" asks whether somebody of us cannot come.
ASKED_OF_US = re.compile(r"\bsak(?:te|ti|ta) ?\?|سک(?:تے|تی|تا) ?[?؟]")
_END = r"(?: (?:now|anymore|any more|thanks|thank you|please|pls|at all))*$"
NOT_NEEDED = _any(
    rf"^(?:we |i )?(?:dont|do not|no longer) (?:really )?(?:need|want)"
    rf" (?:(?<=need )it|(?:a|the|this|any|your) (?:home )?(?:visit|appointment)s?"
    rf"|you to come){_END}",
    r"\bno need (?:to come|to visit|for (?:a|the) visit)\b",
    rf"^(?:hi |please |pls |can (?:you|we|i) |i |we |want to |need to |would like to )*cancel"
    rf" (?:it|(?:the|my|this|our|that) (?:visit|appointment|meeting|session)){_END}",
    _all(_UR, r"(?:(?:visit|appointment|mulaqat|isko|isay|ye|yeh) )?cancel kar ?(?:dein|den|do)"),
    _all(_UR, r"(?:(?:وزٹ|اپائنٹمنٹ|ملاقات|اسے) )?(?:کینسل|منسوخ) کر ?(?:دیں|دو|دیجیے)"),
    _all(_AR, r"(?:(?:أريد|نريد|أرجو|الرجاء) )?(?:إلغاء|الغوا|الغي) (?:الموعد|الزيارة)"),
)
LATE = _any(
    r"^(?:sorry |hi |oops |just )*"
    r"(?:im |i am |we are |were |ill |i will |well |we will |will |might )?"
    r"(?:gonna be |going to be |be |running |be running )?"
    r"(?:a bit |bit |abit |a little |about |around |\d{1,2} ?(?:mins?|minutes?|m)? )*late"
    r"(?: (?:sorry|today|traffic|thanks|x+))*$",
    r"^(?:sorry |im |were |we are )*stuck in traffic(?: sorry)?$",
)
_LIFT = r"a (?:lift|ride)"
# Nothing besides it: "he has taken the car" is no matter of transport.
_ONLY = (
    r"^(?:hi |hello |sorry |please |pls |i |we |ive |weve |id |got |have |can(?:no)?t make it )*"
)
_LAST = r"(?: (?:please|pls|thanks|sorry|today|tomorrow|there|to it|x+|no bus fare|can you help))*$"
LIFT = _any(
    rf"{_ONLY}(?:no )?transport(?: help)?{_LAST}",
    rf"{_ONLY}no (?:bus fare|bus money|taxi money|way of getting there|way to get there){_LAST}",
    rf"{_ONLY}no money for (?:the |a )?(?:bus|taxi|petrol|train){_LAST}",
    rf"{_ONLY}(?:cant|cannot) (?:get|afford to get) there{_LAST}",
    rf"{_ONLY}(?:need|want|would like|like|could do with) {_LIFT}{_LAST}",
    rf"{_ONLY}(?:can|could) (?:i|we) (?:please )?(?:have|get) {_LIFT}{_LAST}",
    r"^(?:hi |hello |please )*(?:can|could) (?:you|u|someone|somebody) (?:please )?"
    rf"(?:pick (?:us|me) up|give (?:us|me) {_LIFT}){_LAST}",
)
# Whoever cannot come for want of a bus fare wants a lift, and not another day.
FOR_WANT_OF_IT = re.compile(r"\b(?:cant|cannot) (?:make it|make that|get there|come)\b")
_SOMEONE = r"(?:someone|somebody|anyone|anybody|sum1|some1|some ?one|one of you|you|u|ya)"
_GO = r"(?:come|cum|pop|call|drop|nip|swing)"
_US = r"(?:us|me|ours|mine|my house|our house|the house|mine)"
_AND_SEE = rf"(?:(?:in |over |round )?(?:and|n|an|&|to) see {_US}|in and see {_US})"
_COME = (
    rf"(?:{_GO} (?:round|over|by|out|{_AND_SEE}|(?:to )?see {_US}|(?:round |over )?to {_US})"
    rf"|{_GO} (?:and|to|n) visit|visit(?: {_US})?|do a (?:home )?visit)"
)
_COMING = rf"(?:coming|popping|calling|dropping) (?:round|over|by|out|to {_US}|to see {_US})"
_MAY = r"(?:can|could|would|will|cud|wud|cld)"
_SOON = r"(?:again|soon|please|pls|thanks|this week|next week|today|tomorrow|to talk|at home)"
_WHEN = rf"(?: {_SOON})*"
ASKS = {
    "en": _any(
        rf"\b{_MAY} {_SOMEONE}(?: please| pls| possibly| be able to)* {_COME}\b",
        # A worker by first name; "can kai come round to his nans" is no visit of ours.
        rf"^(?:hi |hello |please |pls |plz )*{_MAY} [a-z]+ (?:please |pls )?(?:{_GO} (?:round|over"
        rf"|by|out){_WHEN}$|{_GO} (?:{_AND_SEE}|(?:round |over )?to {_US})\b)",
        rf"^(?:hi |hello |please |pls |plz )*{_COME}{_WHEN}$(?<!^visit)",
        r"\b(?:need|want|would like|id like|like) (?:a (?:home )?visit|"
        rf"(?:someone|somebody|sum1|you|u) to {_COME})\b",
        rf"\b(?:could|cud|can) (?:i )?(?:really )?do (?:with|wiv) (?:a (?:home )?visit"
        rf"|(?:someone|somebody|sum1|you|u) {_COMING})\b",
        rf"\bany chance (?:of a (?:home )?visit|(?:of )?{_SOMEONE} (?:(?:can|could) )?(?:{_COME}"
        rf"|{_COMING}))\b",
        r"\b(?:can|could) (?:i|we) (?:please )?have a (?:home )?visit\b",
    ),
    "pl": _any(
        r"\b(?:czy )?(?:ktos|pani|pan|panstwo) (?:moze|moglby|moglaby|mogliby|moga|mogl|mogla)"
        r" (?:do (?:nas|mnie) )?(?:przyjsc|przyjechac|wpasc|odwiedzic)\b",
        r"\bczy (?:moze|moglby|moglaby|mogliby) (?:ktos|pani|pan|panstwo) (?:do (?:nas|mnie) )?"
        r"(?:przyjsc|przyjechac|wpasc|(?:nas |mnie )?odwiedzic)\b",
        r"\bprosze (?:do (?:nas|mnie) )?(?:przyjsc|przyjechac|wpasc|nas odwiedzic|o wizyte)\b",
        r"\b(?:chce|chcialabym|chcialbym|potrzebuje) wizyt[ey]\b",
    ),
    "ur": _any(
        r"\b(?:koi|aap) (?:hamare |mere )?(?:ghar )?(?:aa|a) (?:sakta|sakte|sakti)\b",
        r"\b(?:ghar|milne) (?:aa jao|aa jaen|aa jayen|aao|aaen|aaein|a jao)\b",
        folded(r"(?:کوئی|آپ) (?:ہمارے |میرے )?(?:گھر |ملنے )?آ سک(?:تا|تے|تی)"),
        folded(r"(?:گھر|ملنے) (?:آ جائیں|آئیں|آ جاؤ|تشریف لائیں)"),
    ),
}
# What may stand beside a request for a visit; any other word is for a person to read.
BESIDE_A_REQUEST = _words(
    "hi hello hiya hey please pls plz plse thanks thank you ta cheers thx x xx xxx sorry",
    "to and see us me ours mine my our house in at home over round for a the on chat",
    "this next week weekend today tomorrow soon again sometime if poss possible",
    "monday tuesday wednesday thursday friday mon tue tues wed thu thur thurs fri",
    "dzien dobry prosze dziekuje dzis dzisiaj jutro w tym przyszlym tygodniu",
    "hai hain hen aaj kal is hafte shukriya salam ہیں ہے آج کل اس ہفتے شکریہ پلیز جی",
)
NEVER_ASKS = re.compile(
    r"\b(?:dont|do not|never|not|no need|stop|didnt|cant you|why|yesterday|thanks for|he|she"
    r"|they|kill\w*|hurt\w*|hit|batter\w*|stab\w*|smash\w*|die|dead|end it|finish me"
    r"|if (?!poss|(?:you|u) can|thats ok|that is ok|its ok))\b"
    r"|\bnie (?:przychodz|przyjezdz|prosze|chce|potrzebuj)|\bmat\b"
    rf"|\b{folded('مت')}\b|{folded('نہ آ')}"
)
