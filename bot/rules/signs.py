"""What danger looks like to a family: what was seen, found and done, where no word says it.

Written like `bot.rules.dangers`, which says how to read a line; Polish and Urdu are drafts too.
"""

from __future__ import annotations

_LIFE = """
    noose/nooses/ligature
    rope/cord/belt/wire/scarf/string ..4 round/around ..2 neck/banister/bannister/beam/tree
    tied/tying/wrapped/wrapping/put ..5 round/around his/her/my/their neck
    wrote/written/writing/left/found/leaves ..2 note/letter saying/said/says ..1 sorry/goodbye
    will be the last time ..2 see/speak/talk/hear
    point ..3 living/alive/existing
    point in/of life !skills
    life isnt/not/aint/no worth
    worth living
    be better dead
    sleep ..2 not/never wake
    never wake up again
    how/ways/way to die
    how/ways/way to end it/things/everything/my/his/her
    how/many ..3 @pills ..3 kill/kills/die/dead/fatal/lethal
    want/wants it all to stop/end
    want/wants ..2 to? stop forever
    jump/jumping/jumped ..1 front ..2 train/trains/car/cars/bus/lorry/traffic/tram
    bridge/roof/ledge/balcony/cliff ..4 come/get down
    hes/shes/theyre ..1 on ..1 the? roof/ledge/bridge/tracks !of/with
    edge ..3 bridge/roof/cliff/platform/building/storey/multistorey/balcony
    keeps/kept/keep/trying ..3 jump !on/in/start
    @cant/dont/not ..4 keep/keeping @self/him/her/them safe
    had enough ..3 wont be here/around/alive
    wont be here/around much/anymore
    @every ..4 better ..2 if i/he/she ..1 wasnt/werent/isnt/not here/around/alive/born
    @every ..4 better ..1 without me/him/her
    done/goodbye/over tell ..3 love/loved
    nie chce/chcem/chcialbym/chcialabym ..2 zyc
    nie ma/widzi/widze ..1 sensu zyc/zycia
    جینا/زندہ/jeena/jina/zinda نہیں/nahi/nahin/nai ..1 چاہتا/چاہتی/چاہتے/رہنا/chahta/chahti/rehna
"""

_PILLS_AND_BODIES = """
    swallow/swallowed/swallowing/downed/downing/necked/scoffed ..4 @pills
    swallowed/swallowing ..1 battery/batteries/magnet/magnets/blade
    took/taken/taking/takes/had to/so/that many/much ..3 @pills
    took/taken/taking/takes/had @dozens of? my/his/her/the/mums/nans? @pills
    having/had/has/have a? fit/seizure/fits/seizures
    hes/shes/is/started/keeps/been fitting !in/room/kitchen/carpet/a/the/new
    seizure/seizures/convulsing
    passed/blacked out !the/his/her/of/certificates/leaflets
    lips ..2 blue
    @cant/wont stop shaking/fitting
    @cant/wont/doesnt wake up/him/her properly
    not responding
    polkn*/polyka* ..3 tablet*/leki/lekow/proszki/baterie/baterii
    wzial/wziela/zjadl/zjadla/zazyl/zazyla duzo/wszystkie/cale/garsc ..1 tablet*/leki/lekow
    گولیاں/goliyan/golian/goliyaan ..2 کھا/کھائی/کھائیں/نگل/kha/khai/khaa/nigal
"""

_VIOLENCE = """
    locked/shut/barricaded ..5 with ..1 @blade
    lads/boys/boy/man/men/people/lad/someone/gang/they/theyre ..3 outside ..2 with ..1 @weapon
    lads/boys/boy/man/men/people/lad/someone/gang ..1 with ..1 @weapon ..2 outside/here
    going/walking/running ..2 round/about/around with ..1 @blade
    window/windows/door ..4 still outside
    petrol bomb/bombs/bombed
    petrolbomb*/firebomb*
    set/sets/setting fire
    set/sets/setting ..3 alight
    burn/burning/torch/torching ..1 house/flat/place/home down/with
    torch/torching ..1 house/flat/place/home
    got/been/was/getting/get shanked/knifed/slashed/chefed
    pillow/cushion ..1 over/on ..1 face/head/mouth
    smother/smothered/smothering me/him/her/them
    dusi/dusil/dusila mnie/ja/go/nas/dziecko
    mnie/ja/go/nas dusi/dusil/dusila
    ma/mial/wyjal/trzyma/wyciagnal ..2 noz/siekiere/bron !i
    z nozem
    پاس/paas/pas ..1 چاقو/چھری/بندوق/پستول/chaku/chaaku/chaqu/churi/chhuri/bandook
"""

_GONE = """
    not/nobody/nobodys/noone/havent/hasnt/no/never one? ..1 seen him/her/them ..2 since
    nobody/nobodys/noone/not/havent ..1 heard from him/her since
    no sign of him/her/them
    he/she/hes/shes/@kid still? hasnt/not/never/havent turned/shown up !to/for
    <@late hasnt/never turned/shown up !to/for/at/yet/on/in
    hasnt/not/never/havent come/came ..1 from school
    @dont nowhere hes/shes/theyre/he/she
    @dont know where he/she/they @away
    @police ..3 looking/searching/hunting for
    been gone ..2 nights/days/hours/night
    out looking/searching for him/her/them
    gone/went/going/run/ran off/away with ..2 man/men/bloke/guy/stranger/boyfriend/lad/lads
    hes/shes/he/she got/climbed/gone/went/snuck/jumped out ..2 window
    nie wrocil/wrocila/wrocili/przyszedl/przyszla ..2 domu/noc
    nie wrocil/wrocila/wrocili ..1 ze szkoly
    nie wiem/wiemy/wie gdzie on/ona/oni/syn/corka/dziecko
    گھر/ghar ..1 واپس/wapas? نہیں/nahi/nahin/nai ..1 آیا/آئی/آئے/پہنچا/aya/ayi/aaya/aayi/pohancha
"""

_ON_THE_BODY = """
    cutting again/lately !hair/grass
    cuts/marks/scratches/ones/lines/slices ..1 on/all ..2 @limb
    arm/arms/wrist/wrists/leg/legs/thigh/thighs ..3 scratches/scratched/cuts/bleed/bleeding/sliced
    scratch/scratches/scratching/bite/bites/biting/carving his/her/my/their ..1 @limb
    bang/banging/bangs/smash/smashing/smashed/hits/hitting/headbutting ..1 his/her/their/my head
    head ..2 off/against/into ..1 wall/walls/floor/door
    headbutt/headbutts/headbutting ..1 wall/walls/door
    punch/punches/punching/punched ..1 wall/walls/door/doors
    pull/pulls/pulling/ripping/rips ..1 hair out
    razor/razors/blades ..3 hid/hidden/pillow/bedroom/drawer/room/bed/mattress
    found/hid/hiding/hides ..2 razor/razors/blades
    make/makes/making/made @self sick/vomit
    tnie/tne/ciela/cial/okalecza* sie
    sie tnie/tne/ciela/okalecza*
    اپنے/apne آپ/aap کو/ko ..1 کاٹتا/کاٹتی/کاٹ/نقصان/katta/katti/kaat/kaatti/nuqsan
"""

_TO_A_CHILD = """
    leathered/belted/walloped/clouted/whacked/decked/lamped/clobbered/throttled/twatted @them
    leave/leaves/leaving/left ..3 on our/his/her/their/my own
    smash/smashed/slam/slammed/banged/bashed his/her/my/their head
    @kin/man/lad/he/she ..1 gets/got/comes/came/climbs/getting in/into/to ..1 bed with
    @kin/man/he ..1 comes/came/coming/sneaks in/into/to my/her/his room/bedroom ..1 night
    made/makes/making/forced/forces/forcing her/him/me/them ..1 do ..1 things/stuff/something/it
    threw/throws/throwing/launched/launches/hurled/lobbed !a/him ..3 at me/him/her/us/them/my/our
    threw/throws/throwing/launched/hurled/lobbed a !ball/snowball/party ..2 at me/him/her/us/them/my
    threw/pushed/shoved/chucked/thrown me/him/her/them ..1 stairs/wall/floor/door
    threw/pushed/shoved/chucked/thrown me/him/her/them down/into/against/through
    dont/doesnt/cant/scared want/wants/go to? go? home !yet/early/time
    go/going home ..2 been drinking
    go/ja/nas/dzieci/syna/corke ..1 bije/leje/uderzyl
    dotykal/dotyka/molestuje/molestowal ja/go/mnie/corke/syna
    ja/go/mnie/corke/syna dotykal/dotyka/molestuje/molestowal
    بچوں/بچے/بچی/bachon/bacho/bachay/bache ..1 کو/ko مارتا/مارتی/مارتے/marta/marti/maarta
"""

_AT_HOME = """
    read/reads/checks/monitors/sees this/all/everything/every ..2 phone/messages/texts
    dont/not text/ring/call/phone/message/reply ..2 hell/shell/theyll hear/know/see/find/check/read
    dont/not text/ring/call/phone/message/reply ..2 he/she/they hears/checks/reads/sees/listens
    takes/taken/took/controls/keeps/has my/all/our ..2 money/card/cards/benefits/wages
    ex ..3 outside/following/stalking/threatening/turning/turned
    out/released of/from prison/jail/nick/custody
    knows/know/found ..1 where/were we/i live
    smashing/smashed/smash/smashes/trashing/trashed/wrecking/wrecked ..1 @home/up
    kicks/kicking/kicked off ..1 at me/us/him/her/again
    kicking/kicked/kicks off again
    eggshells
    in/locked/hiding ..2 bathroom/bedroom/toilet/room hes/shes/he/theyre !in/ok
    spat/spits/spitting at/on/in me/us/him/her/my
    pull/pulled/pulls/dragged/drags/dragging me/him/her ..1 by
    @scared of/off my/our own? son/lad/boy/daughter/girl/kid/child
    pakistan/india/bangladesh/afghanistan/iraq/abroad ..4 married/marry/marriage
    marry/married her/him/me/them? off
"""

_USED_BY_OTHERS = """
    stuff/bag/bags/packages/parcels/things/something ..6 look/looking/looks after
    drop/drops/dropping/dropped/leaves/brings ..1 stuff/bag/bags/packages ..5 look/hold/mind
    with/for/by/from ..1 older lads/ones/boys/men/man/guys/lot/crowd
    pics/pictures/photos/videos/vids/pic/nudes of? her/him/me? ..4 send/share/post/spread/pay
    blackmail*
    grown/random/strange/older/some/this man/men/bloke/guy/adult ..3 @online
    man/men/bloke/guy/stranger ..1 messaging/texting/dming/grooming ..1 her/him/them
    found/hid/hiding/hidden/under/stashed a/the/his/her? @size? @blade !and/of
    sell/selling/sells/dealing/deals ..3 drugs/weed/coke/pills/spice
    sell/selling/sells/dealing/deals/running for ..2 them/ones/older/lot/gang/dealer/dealers/lads
    picked/picking/pick/picks ..1 up ..1 in/by ..1 different/random/strange/flash/blacked/older
    men/blokes/lads/guys in cars ..1 pick/picks/picking
    cash ..4 wont/doesnt ..1 say/tell
    wad/wads/bundle/bundles/stacks of cash/money/notes
    new trainers/clothes/phone/coat/iphone ..3 didnt/never buy/bought
    owe/owes/owed a/some? dealer/dealers
    put/puts/putting ..1 window/windows through/thru/in
"""

_WITHOUT = """
    nothing/nowt in for tea/dinner/breakfast/kids
    nothing/nowt in ..1 fridge/cupboard/cupboards/freezer
    nothing/nowt to eat
    nothing/nowt/cant/couldnt/struggling/not ..2 feed ..1 kids/them/him/her/children/us/baby/family
    fridge/fridges/cupboard/cupboards/freezer ..2 empty/bare
    no ..1 food in
    no money til/till/until
    bailiff/bailiffs
    on ..1 street/streets !party/corner
    boiler/boilers bust/broke/broken/gone/packed/knackered
    house/flat/baby/babys freezing
    landlord ..4 out/evict/evicting/notice
    sofa surf/surfing
    staying/stopping/living/crashing ..3 sofa/settee/floor/car/hostel
    nie mam/mamy/ma ..2 jesc/jedzenia/jedzenie/pradu/gazu/ogrzewania
    wyrzuc* ..2 z domu/mieszkania
    eksmisj*
    کھانا/khana/khaana ..1 نہیں/nahi/nahin ہے/hai
"""

_WORN_OUT = """
    on my/our knees
    rock bottom
    im breaking/broken !up/in/for/the/news
    back on the? drink/drugs/gear/booze/vodka/spice
    drinking/drunk every day/night/morning
    not/havent/hasnt slept ..2 days/nights/weeks
    @cant stop crying
    keep/keeps/been crying
    @dont want him/her/them back/here/anymore
    losing/loosing my? it/mind/head ..1 with? him/her/them?
    i/im/ive lost it with him/her/them
    got/have/ive nobody/noone
    @cant carry on ..2 anymore/longer/like
    nie daje/daj/dajemy/mam/damy ..2 rady/sily/sil
"""

_CALLS = """
    please somebody/someone/anybody/anyone please? help me/us? !with/fill
    can/could/will/would somebody/someone/anybody/anyone please help !with/fill/me/us
"""

_WORKER = """
    never/havent/not had/got/have a? worker/keyworker
    can/could we/i have/get a? keyworker
"""

SIGNS = (
    ("suicide", "L1", _LIFE),
    ("immediate_danger", "L1", _PILLS_AND_BODIES + _VIOLENCE),
    ("missing", "L1", _GONE),
    ("immediate_danger", "L2", _CALLS),
    ("self_harm", "L2", _ON_THE_BODY),
    ("harm_to_child", "L2", _TO_A_CHILD),
    ("domestic_abuse", "L2", _AT_HOME),
    ("exploitation_violence", "L2", _USED_BY_OTHERS),
    ("basic_needs", "L2", _WITHOUT),
    ("parent_wellbeing", "L2", _WORN_OUT),
    ("self_referral", "L3", _WORKER),
)
