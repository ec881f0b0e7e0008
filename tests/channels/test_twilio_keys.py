"""Webhooks signed with a shared key, and how our check and the SDK's own compare."""

from __future__ import annotations

from random import Random
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from bot.channels.twilio_signature import Seal, SharedKey, form_fields, shared_keys, spellings
from bot.domain import WebhookRequest
from tests.channels.texts import LEANNE, a_provider, changed, parsed
from tests.fakes import twilio as their
from tests.fakes.twilio import KEY, arrived, inbound, sign

NAME, SECRET = KEY
OTHER = ("webhooks_sharedkey_02", "another-secret")
SEED, CASES = 20261203, 10_000
SETTINGS = "x-twilio-webhooks-signature-settings"


def with_key(*keys):
    return a_provider(webhook_key=",".join(f"{name}:{secret}" for name, secret in keys or (KEY,)))


def test_a_call_signed_with_our_key_is_let_in():
    assert with_key().genuine(arrived(inbound(LEANNE, "جی ہاں 😟", key=KEY)))


def test_with_a_key_the_account_s_token_signs_nothing():
    call = inbound(LEANNE)
    assert a_provider().genuine(arrived(call))
    assert not with_key().genuine(arrived(call))
    for said in (f"key={NAME},algorithm=HMAC_SHA256", f"key={NAME},algorithm=HMAC_SHA1", ""):
        assert not with_key().genuine(changed(call, **{SETTINGS: said}))


def test_without_a_key_of_ours_a_shared_key_signs_nothing():
    assert not a_provider().genuine(arrived(inbound(LEANNE, key=KEY)))
    by_token = inbound(LEANNE, key=(NAME, their.TOKEN))
    assert not a_provider().genuine(arrived(by_token))


def test_the_secret_of_the_key_with_the_weaker_sum_is_not_enough():
    path, _, body = call = inbound(LEANNE, key=KEY)
    weaker = sign(their.PUBLIC_URL + path, parsed(body), SECRET, "sha1")
    for said in (f"key={NAME},algorithm=HMAC_SHA1", f"key={NAME},algorithm=HMAC_SHA256"):
        forged = changed(call, **{"x-twilio-signature": weaker, SETTINGS: said})
        assert not with_key().genuine(forged)


@pytest.mark.parametrize(
    "said",
    [
        "",
        f"key={NAME}",
        "algorithm=HMAC_SHA256",
        f"key={NAME},algorithm=HMAC_SHA1",
        f"key={NAME},algorithm=none",
        f"key={NAME},algorithm=HMAC_SHA256,algorithm=HMAC_SHA1",
        f"key={NAME},key={NAME}x,algorithm=HMAC_SHA256",
        f"key={NAME}x,algorithm=HMAC_SHA256",
        f"key={NAME.upper()},algorithm=HMAC_SHA256",
        "key=,algorithm=HMAC_SHA256",
        f"{NAME},HMAC_SHA256",
        "\ud800=é,,,=",
    ],
)
def test_what_a_call_says_of_its_signature_has_to_agree(said):
    assert not with_key().genuine(changed(inbound(LEANNE, key=KEY), **{SETTINGS: said}))


@pytest.mark.parametrize(
    "said",
    [
        f"algorithm=HMAC_SHA256,key={NAME}",
        f" key = {NAME} , algorithm = HMAC_SHA256 ",
        f"key={NAME},algorithm=HMAC_SHA256,version=2",
    ],
)
def test_how_it_is_written_does_not_matter(said):
    assert with_key().genuine(changed(inbound(LEANNE, key=KEY), **{SETTINGS: said}))


def test_a_new_key_takes_over_from_an_old_one_without_a_gap():
    both = with_key(KEY, OTHER)
    assert both.genuine(arrived(inbound(LEANNE, key=KEY)))
    assert both.genuine(arrived(inbound(LEANNE, key=OTHER)))
    for mixed in ((NAME, OTHER[1]), (OTHER[0], SECRET), ("webhooks_sharedkey_03", SECRET)):
        assert not both.genuine(arrived(inbound(LEANNE, key=mixed)))
    assert not with_key(OTHER).genuine(arrived(inbound(LEANNE, key=KEY)))


def test_a_secret_may_hold_a_colon():
    assert shared_keys("a:b:c, d:e") == (SharedKey("a", "b:c"), SharedKey("d", "e"))
    assert shared_keys("") == ()


# ---- Our check and the SDK's own --------------------------------------------------------------

LETTERS = "abcXYZ019 +&=%/?#;:~*'\"äżŷجی😟\n\t\u0301"


class Repeated(dict):
    """What the SDK takes for a form whose fields may be repeated."""

    def getlist(self, name):
        return self[name]


def some(chance, most):
    return "".join(chance.choice(LETTERS) for _ in range(chance.randrange(most)))


def a_case(chance):
    """An address, a question, a form, and how it is signed."""
    port = chance.choice(["", "", ":443", ":80", ":8443"])
    base = f"{chance.choice(['http', 'https'])}://texts.example.org{port}"
    base += chance.choice(["", "/kw", "/a/b"])
    path = f"/webhooks/{chance.choice(['twilio/message', 'twilio/status', 'a%20b', 'a+b/'])}"
    query = urlencode([("m", some(chance, 12)), (some(chance, 4), "")][: chance.randrange(3)])
    names = {some(chance, 8) or "Body" for _field in range(chance.randrange(6))}
    form = {
        n: [some(chance, 20) for _value in range(chance.choice([1, 1, 1, 2, 3]))] for n in names
    }
    return base, path, query, form, chance.choice(["HMAC_SHA1", "HMAC_SHA256"])


def tampered(chance, path, query, form, secret, digest):
    """One thing changed between the signing and the check; or none."""
    form = {name: [*values] for name, values in form.items()}
    match chance.randrange(12):
        case 0:
            path += "x"
        case 1:
            query += "&x=1" if query else "x="
        case 2:
            form["Extra"] = [""]
            form["Extra2"] = ["1"]
        case 3 if form:
            chance.choice([*form.values()])[0] += "!"
        case 4:
            secret += "x"
        case 5:
            digest = "HMAC_SHA1" if digest == "HMAC_SHA256" else "HMAC_SHA256"
    return path, query, form, secret, digest


def ours(base, path, query, form, given, digest):
    keys = (SharedKey(NAME, SECRET),) if digest == "HMAC_SHA256" else ()
    seal = Seal(spellings(base), ("decoy", SECRET), keys)
    headers = {"x-twilio-signature": given, SETTINGS: f"key={NAME},algorithm={digest}"}
    body = urlencode(form, doseq=True).encode()
    return seal.holds(WebhookRequest(path, query, headers, body), form_fields(body))


def test_ten_thousand_calls_genuine_or_forged_are_judged_as_twilio_s_own_check_judges_them():
    chance, judged = Random(SEED), {True: 0, False: 0}
    for _case in range(CASES):
        base, path, query, form, digest = a_case(chance)
        signed_at = chance.choice(spellings(base))
        sent = tampered(chance, path, query, form, SECRET, digest)
        url = signed_at + sent[0] + (f"?{sent[1]}" if sent[1] else "")
        given = RequestValidator(sent[3]).compute_signature(url, Repeated(sent[2]), sent[4])
        url = base + path + (f"?{query}" if query else "")
        theirs = RequestValidator(SECRET).validate(url, Repeated(form), given, digest)
        assert ours(base, path, query, form, given, digest) is theirs
        judged[theirs] += 1
    print(
        f"{CASES} cases, seed {SEED}: {judged[True]} let in, {judged[False]} not, 0 disagreements"
    )
    assert min(judged.values()) > CASES // 4
