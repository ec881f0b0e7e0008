"""What danger sounds like: the built-in crisis patterns, to be signed by the safeguarding lead.

One pattern a line, its places parted by blanks: `a/b` either word, `@group` any word of a group,
`word?` may be missing, `suicid*` any ending, `..3` up to three words between (`..` means two),
`!a/b` not followed by, `<a/b` not after, `^` and `$` the ends of the message. Words are written
as `folding.plainly` leaves them ("hes", "dont", "going to"). Other languages: drafts from memory,
to be checked by somebody who speaks them.
"""

from __future__ import annotations

CATEGORIES = (
    "immediate_danger", "suicide", "missing", "harm_to_child", "domestic_abuse", "self_harm",
    "exploitation_violence", "basic_needs", "parent_wellbeing", "complaint_consent",
    "self_referral", "unassigned",
)  # fmt: skip

GROUPS = {
    "self": "myself himself herself themselves themself yourself ourselves hisself meself itself",
    "kin": """dad daddy mum mam mom stepdad stepmum father mother parents uncle auntie grandad
        brother partner husband wife boyfriend girlfriend ex bf""",
    "kid": "kid kids child children son daughter baby lad boy girl sister brother babies bairn",
    "them": "him her them us me you @kid mum mam mom",
    "they": "he she they hes shes theyre @kin someone somebody man lads",
    "hell": "hell shell theyll hed shed theyd wants want threatened threatening threatens",
    "got": "got has have had",
    "blade": """knife knifes knives blade machete machetes shank shanks sword gun guns rambo strap
        shiv""",
    "weapon": "@blade bat bats hammer hammers axe axes acid weapon weapons",
    "hit": """hit hits hitting slap slaps slapped slapping punch punched punches punching kick kicks
        kicked kicking beat beats beating beaten smack smacked smacks smacking batter battered
        battering hurt hurts hurting thump thumped headbutted attacked attacks pushed shoved""",
    "dont": "dont doesnt didnt not never isnt no",
    "cant": "cant couldnt",
    "kill": "kill kills murder stab shoot",
    "pills": """tablets tablet pills meds medication paracetamol ibuprofen painkillers
        antidepressants tabs bleach insulin calpol codeine sertraline zopiclone diazepam
        melatonin""",
    "dozens": """all many loads lots load whole handful packet packets bottle strip box 5 6 7 8 9 10
        11 12 14 15 16 18 20 24 28 30 32 40 50""",
    "ordinary": """for at as with this today after before every each off from to into ok fine
        twice daily already""",
    "heat": "gas electric electricity leccy lecky lekky heating power",
    "lots": "all loads lots many whole packet packets box boxes bottle bunch handful load",
    "police": "police cops feds coppers officers",
    "away": "went goes gone go could might was were been slept sleeps ran run has is are",
    "scared": "scared afraid frightened terrified petrified scarred",
    "every": "everyone everybody family kids world they theyd yous all",
    "late": """taxi bus minibus driver still parcel letter it stuff one worker somebody someone
        anybody anyone who they people delivery""",
    "not_them": """i we ive weve im were just it taxi taxis bus minibus driver train parcel letter
        form delivery post""",
    "lessons": "school college centre class lessons",
    "until": "till til until by before for yet as and with was",
    "limb": "arm arms wrist wrists leg legs thigh thighs skin face hand hands",
    "home": "house flat place home room bedroom everything door doors tv telly stuff kitchen",
    "online": """messaging texting online snap snapchat insta instagram discord roblox tiktok
        meet""",
    "size": "big huge massive kitchen bread zombie large sharp",
    "when": "week term morning afternoon weekend year homework teacher",
    # For the front desk: who writes, when only, and what is no wrong number.
    "writing": "texting messaging emailing contacting bothering harassing spamming",
    "write": "text message contact email write",
    "messages": "messages texts text message sms emails",
    "others": "wont doesnt didnt cant never to he she they him her them",
    "only": """at after before until till when while on in during about because cos if so too
        early late tomorrow today tonight between from""",
    "busy": """got on using in have allowed answering a my the at by near working even getting any
        much going with has answer charging""",
    "unsure": "this the your that who if what you my how when where it why whether anything",
    "others_any": "of other others more better thing things way one body idea different",
    "work": """school lessons lesson maths english class classes days sessions session
    breakfast home football everyone work nothing my your our any too this that at in it""",
}

_NOW = """
    help me/us now/quick/quickly/urgently/hes/shes/theyre
    hes/shes/theyre here
    hes/shes/theyre at/outside ..2 door/window
    hes/theyre outside ..1 house/flat/home
    hes/shes/theyre trying to get/break in
    break/breaks/breaking/broke/smash/smashing/smashed/kick/kicking/kicked/banging/booting ..3 door
    @they @got a/the/his/her/my/an? big/kitchen/huge/massive/real/sharp/zombie/bread? @blade !and/of
    hes/shes/ive a/his/her/the big/kitchen? @blade !and/of
    pulled/pulling/holding/waving/waved/grabbed/swinging a/the/his/her? kitchen/big? @blade
    came/coming/went/attacked/attack/threatened/threatening/threaten/chasing ..3 with ..2 @blade
    stabbed/stabbing/stabbin/stabs
    been/was/is/getting/just shot !of
    @cant/not/isnt/hardly/barely/struggling/stopped ..2 breathe/breath/breathing
    overdos*
    od/odd/oding on @pills/heroin/spice
    took/taken/take/had an? od
    taken/took/taking/swallowed/ate/had ..1 @lots ..3 @pills
    bleeding/bleed/bleeds ..2 loads/lots/badly/heavily/everywhere/tons/bad/lot/death
    wont/cant stop bleeding
    blood everywhere
    call/calling/called/ring/rang/phone/phoned/dial/get/need/send/sending ..1 @police/999/ambulance
    @they/is/are/gang going to @kill
    @hell to? @kill !for
    said/says/saying ..2 @hell ..1 @kill
    hes/shes/theyre trying/tried to @kill
    @they trying/tried/try/wants/threatened to @kill
    @they ..1 attacking/choking/stabbing/murdering/battering me/us/him/her/them/mum/mam
    unconscious/unresponsive
    collapsed
    house/flat/home ..1 on fire
    rape/raped/raping/rapes/rapist
    zabij*/zabije*/zamordu*
    ma/va ..1 omoara/omori/ucide/moara
    zabije/zabit me
    مار دے/دےگا/دیگا/ڈالے/ڈالےگا/دیں/دو
    mar/maar dega/denge/dalega/dalenge/daalega/dengay
    *يقتلن*/*يقتلو*/*يذبحن*
    *دەمکوژ*/*دەتکوژ*
    ਮਾਰ ਦੇਵੇਗਾ/ਦੇਊਗਾ/ਦੇਣਗੇ/ਦੇਵੇਗੀ/ਦੇਊ
    nuzudys/uzmus/nogalinas/nositis
    me/nous tuer
"""

_SUICIDE = """
    kill/kills/killing/killed/kll/murder/top/topping/topped/offing/hang/hanging/hanged/hung @self
    kill/killing me/my/him/her/them self
    shoot/drown/drowning/drowned/gas/stab/stabbing/poison/poisoned/suffocate @self
    kms/kys/kmsing/kmfs
    suicid*/unaliv*/sewerslide/sucid*
    end/ending/ended/take/took/taking/taken my/his/her/their/own ..1 life/lives
    end/ending ..1 it all
    want/wants/wanted/going/ready/tried/trying to end it/things/everything
    thinking/talking/thought ..1 ending it/things/everything
    world ..4 better ..1 without me/him/her/us
    nobody/noone/one would/will miss me/him/her
    @dont/not want/wants/wanted/wanting to? be here/alive/around/born/existing
    @dont/not want/wants/wanted/wanting to? live/exist/liv
    @dont want/wants/wanted to wake
    no longer want/wants to? be/live/exist
    want/wants/wanted/wanting to? die/dead !laughing
    want/wants/wanted to be dead
    wish/wishes/wished ..2 dead/die/died/born/alive
    rather be? die/dead
    better off/of dead
    better off/of without me
    say/saying goodbye/goodbyes
    goodbye/suicide letter/letters/note/notes/video
    final/last goodbye
    no/nothing/any ..1 reason/point/left/much ..1 to? live/living/alive
    nothing to live
    @cant go on ..1 anymore/living/any
    given/giving/give up on life/living/everything
    slit/slitting/slits ..1 wrist/wrists/throat/throats
    cut/cutting/cuts ..1 wrist/wrists
    jump/jumping/jumped ..3 bridge/roof/train/trains/cliff/balcony/motorway
    samobojst*/samobojcz*
    zabic/zabije/zabijam/zabil/zabila sie
    sie/sobie zabic/zabije
    nie chce/chcem zyc
    chce umrzec
    sinucid*
    vreau/vrea sa mor/moara
    خودکشی/خودکشي/khudkushi/khudkashi/khudkhushi/khudkush
    marna/مرنا/mrna chahta/chahti/chahta/چاہتا/چاہتی
    اموت/نموت
    خود/khud کشی/kushi/kashi
    *انتحار*/*انتحر*/*ينتحر*
    *خۆکوشتن*/*خۆکوژ*
    خۆ/خۆی/خۆم کوشتن/دەکوژم/دەکوژێت/بکوژم
    savizudyb*/nusizudy*
    pasnavib*
    sebevrazd*/sebevrah*
    zabiju/zabit/zabije se
    ਖੁਦਕੁਸ਼ੀ/ਖ਼ੁਦਕੁਸ਼ੀ/ਆਤਮਹੱਤਿਆ
    me/se suicider/tuer
"""

_MISSING = """
    not/hasnt/havent/didnt/never/still ..1 come/came/coming/got/returned home
    not/hasnt/havent been home
    hasnt/never/didnt/havent/not come/came back !to
    still not home/back
    @dont/havent/hasnt ..1 know/idea/clue/knows where hes/shes/theyre/hed
    @dont/not/no ..1 know/knows/idea/clue where he/she/they @away
    no idea/clue where hes/shes/theyre
    @dont/no know/idea/clue where my/our ..1 @kid
    @dont/no know/idea/clue where !it/this/that/the/my/his/her/school/your/our/to/i ..1 is/went/gone
    @cant find him/her/them !a/an/the/his/any/some/anything/something
    @cant find my/our @kid
    missing/vanished/disappeared since
    gone/went/going/go/goes/reported/still missing
    been gone since/for/all/hours
    reported him/her/them/as missing
    missing from home/care/placement/hospital
    missing child/person/boy/girl/lad/kid
    hes/shes/theyre/is/been missing !@work/his/her/their/a/the/you/me/him/so/out/some/one/two/being
    disappeared/kidnapped/abducted
    <dog/dogs/cat/puppy ran/run/runs/running/runned/legged off/away !with
    ran of
    @police ..1 looking/searching/hunting
    zaginal/zaginela/zaginelo/zniknal/zniknela
"""

# Ours, of no list handed down: a child who set off for school and is nowhere.
_ON_THE_WAY = """
    <@not_them left/headed for/to ..2 @lessons/bus ..6 @dont/hasnt/wasnt ..1 there/arrived !@until
    <@not_them set/setting off ..6 @dont/hasnt/wasnt ..1 there/arrived !@until
    <@not_them left home/house/at/this ..5 school/they say/says ..2 @dont/hasnt in/there/arrived
    went to @lessons ..3 @dont/hasnt ..1 there/arrived !@until
    dropped/drop him/her/them ..1 off ..6 @dont/hasnt ..1 there !@until
    dropped/drop him/her/them ..1 off ..6 @dont/hasnt in $
    <@not_them never/hasnt/didnt arrived/arrive at/in/to? @lessons !@until
    @dont/wasnt in his/her/their own? bed/bedroom/room !@until
    bed ..1 hasnt/wasnt/isnt/not ..1 slept
    @dont at/in @lessons ..3 @dont at home
    @dont at home ..3 @dont at/in @lessons
"""

_STRANGLING = """
    strangl*
    throttled/throttling/throttle
    choke/choked/choking/chokes me/him/her/them/us
"""

_THROAT = """
    grab/grabbed/grabs/grabbing/held/pinned/picked/got/had/has ..2 by ..1 throat/neck
    grab/grabbed/grabs/grabbing/squeezed/squeezing ..1 throat/neck
    hand/hands round/around/on/over/to ..1 throat/neck
"""

_HELL_SEE = """
    hell/shell/theyll see/read/check/find this/these/it/my !@when/until/out/first/through
    @they will/might/can/could/may/going/is to? see/read/check this/these/my !@when
    hes/shes/theyre watching/reading/checking my/this/me phone/messages/texts/now
"""

DANGERS = (
    ("immediate_danger", "L1", _NOW),
    ("suicide", "L1", _SUICIDE),
    ("missing", "L1", _MISSING + _ON_THE_WAY),
    ("domestic_abuse", "L1", _STRANGLING + _HELL_SEE),
    ("harm_to_child", "L1", _THROAT),
)
