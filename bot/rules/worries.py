"""What worry sounds like: the built-in patterns below the most urgent level.

Written like `bot.rules.dangers`, which says how to read a line; other languages are drafts too.
"""

from __future__ import annotations

COMPLAINTS = """
    solicitor*
    lawyer*
    barrister*
    complaint/complaints/complain/complaining/ombudsman/ofsted
    report/reporting/reported you/yous/this/dani
    report/reporting/reported him/her/them to !police/school/@police
    who/whos gave/give/given/passed ..1 you/yous ..1 number/details/name/phone/address
    how/where did ..1 you/yous get/find ..1 number/details/phone/name/address
    legal action
    take/taking/took this/it further/higher
    take/taking/took you/yous to? court
    speak/talk/spoke/complain to your/the manager/boss/supervisor
    your/ur manager/boss !is
    want to? sue
    sue/suing you/them
    data protection/breach
    gdpr
    skarge/skarga/zlozyc/prawnik*/adwokat*
    شکایت/وکیل/shikayat
"""

_SELF_HARM = """
    cut/cuts/cutting/hurt/hurts/hurting/harm/harms/harming/harmed @self
    burn/burns/burned/burnt/burning @self
    scratch/scratches/scratching/scratched/starve/starving/biting/punching/hitting/hits @self
    self harm/harms/harming/harmed/harmer/injury
    selfharm*
    sh again/tonight/relapse
    making/makes/make/made @self sick
    not/stopped/isnt/hardly/barely/doesnt/dont/hasnt/havent eating/eaten/eat
    refuse/refuses/refusing/refused to eat
    cutting/cuts/scars/slashed/slashing ..2 arm/arms/leg/legs/thigh/thighs
"""

_HARM = """
    @hit @them !up
    been/being/got/gets/getting/was/were hit/beaten/slapped/punched/battered/jumped/attacked/kicked
    lock/locked/locks/locking/shut/trapped @them in/inside/out/outside/up
    locked/shut in/inside ..1 room/house/bedroom/cupboard/flat
    left/leave/leaves/leaving/home ..2 on his/her/their/my/there own
    left/leaves/leaving @them? home? alone
    no/without food !tech/technology
    touch/touched/touches/touching @them
    touched/touching/touches ..2 inappropriately/private/privates/down
    molest*/groped/groping/abuse/abused/abuses/abusing/abusive/abuser
    bruise/bruises/bruised/bruising
    black eye/eyes
    cigarette/burn burns/marks
    @scared of/off his/her/my/their/our/the/your? @kin
    @scared to/of go/going home
    @dont/not/isnt feel/feels/feeling? safe
    unsafe
"""

_DOMESTIC = """
    @hit me/us !up
    @hit me/us again
    wont let me/us
    doesnt/never let/lets me/us
    @they checks/checking/check/reads/tracks/tracking/took/takes/smashed ..2 my phone/messages/texts
    checks/tracks/controls my/me
    @scared of/off him/her/them
    @scared of/off my/the? partner/husband/ex/wife/boyfriend/girlfriend/bf
    threw/throws/thrown/throwing/chucked/kicked me/us ..2 out
    threaten/threatened/threatens/threatening me/us/him/her/them/to
    goes/going/looks/looking/went through my phone/messages/texts
    domestic violence/abuse
    forced/forcing/force ..3 marriage/marry/married
    marry me/her/him off
    bije/bija/uderzyl/pobil mnie/mne/me/go/nas/ja/dzieci
    mnie bije/uderzyl/pobil
    ma/ne/il/o bate/bat/loveste
    مارتا/مارتے/مارتی/مارا ہے/ہیں/مجھے
    mujhe/mujhay maarta/marta/maara
    يضربني/يضربنا/يضربها/يضربه/ضربني
    لێم/لێی دەدات/دەدا/ئەدات
    musa
    sit mani/mus/mums/vinu
    bije/mlati me/ho/ji/nas
    ਮਾਰਦਾ/ਮਾਰਦੇ/ਮਾਰਦੀ/ਕੁੱਟਦਾ/ਕੁੱਟਦੇ
    me/nous frappe
    boje/bojim/boja/boi sie/se
    sie/se boje/boi/bojim
    mi/imi/mie e? frica
    dar lag/lagta/lagti
    ڈر/ڈرتا/ڈرتی/ڈرتے/ڈرا
    خائف/خائفة/خائفين/خايفه
    دەترسم/دەترسێت/ئەترسم
    bijau/baidos
    ਡਰ/ਡਰਦਾ/ਡਰਦੀ/ਡਰਦੇ
    j? ai peur
"""

_HELP = """
    ^ please/hi/hello? help me/us/please please/me/us? $
    ^ sos $
    @cant/wont/not/isnt/doesnt wake/waking ..1 up $
    @cant/wont/not/isnt/doesnt wake/waking ..1 up help/please/now/hes/shes/what/i
    🔪/🗡/🩸/🔫/🆘/⚰
    kill/kills/killed/murder/murdered/stab @them
    killing him/her/them/us/you/@kid
    in/at/to a e !sports/scooter/bike/mail/book/learning/safety
    in/at/to a and e
    in/at/to casualty/resus
    <hasnt/havent/not/didnt taken/took some/random/more/unknown? tablets/pills !@ordinary
    <hasnt/havent/not/didnt taken/took a few/couple of? tablets/pills !@ordinary
    hes/shes/he/she taken/took my/our/mums/nans/dads tablets/pills/meds/medication !@ordinary
    pomocy/pomozcie/pomoz/ratunku
    ajutor*/ajutati*
    مدد/madad !کا/ka
    ساعدوني/ساعدني/ساعديني/النجدة
    *یارمەتی*
    padek*/padekit*
    palig*/palidz*
    <za pomoc/pomozte
    ਮਦਦ
    au secours
    aidez moi
"""

_EXPLOITATION = """
    owe/owes/owed/owing ..3 money/dealer/dealers/grand/quid
    debt/debts
    county/country lines/line
    go/goes/going/gone/went country/county/ot/cunch
    trap house/line/phone
    trapping
    shotting/shotter/shots drugs/food/weed?
    hold/holding/carry/carrying/drop/dropping ..2 package/packages
    deliver/delivering/collect/collecting ..2 package/packages
    package/packages/parcel ..4 asked/told/made
    sell/selling/sells/sold/deal/dealing/deals/running drugs/weed/food/coke/bits/cannabis/pills
    <phone/charger/spark/unplug plug !socket/sockets
    tagged in
    @got/with/carry/carries/found/having a/the/his/her/my? @blade !of
    carrying !on
    carrying on the/him/her/them/me/his/their
    gang/gangs
    older/random/strange lads/lad/boys/men/man/guys/guy/people ..3 pick/picks/picking/picked/giving
    two/three/second/burner phones
    two/second/burner phone !call/calls/number/numbers/line/lines
    sent/send/sending/asked/asking/sharing/shared/wants ..2 nudes/nude
    naked/nude pics/pic/photos/photo/pictures/videos/video
    man/men/bloke/guy/stranger/lads in a/the/his/this/black/white? car/van/cars
    pictures/pics/photos/photo/pic/picture/videos of @self
    groomed/grooming !dog/dogs
"""

_NEEDS = """
    no/without/not/nowt food !tech/technology
    no/without/not/nowt gas/electric/leccy/lecky/heating/electricity
    no water !bottle/bottles
    no money for/left/to
    @cant afford ..2 food/gas/electric/heating/nappies/eat/rent/leccy
    @heat ..1 gone/off/empty/ran
    @heat ..1 run/cut out/off
    meter/meters ..2 empty/out/zero/gone
    run/ran/running out of food/gas/electric/leccy/money/nappies
    evict/evicted/evicting/eviction
    sleep/sleeps/sleeping/slept/kipping ..2 floor/floors/sofa/settee/street/streets/car/rough
    kicked/kicking/chucked/thrown/threw/turfed ..2 out
    homeless
    nowhere/no to? where? go/stay/live/sleep
"""

_WELLBEING = """
    @cant/not/isnt/wont/struggling/hardly ..1 to? cope/coping/cop
    @cant ..1 do/take/handle/manage/stand ..2 anymore/longer/more
    @cant go on like
    done with him/her/them/life/everything
    had enough !of
    had enough of ..1 him/her/them/it/life/everything/everyone
    had enough of this/it $
    drinking/using/drunk/drugs again
    want/wants/need ..1 him/her/them gone/out/away/taken
    want/take him/her/them in/into/off ..1 care/me/hands
    end of my/our/the? tether/teather/rope
    breaking point
    hate my/his/her life
    wits end
    mental/nervous breakdown
    is/are/was/s? killing me/us
    happening/started/starting again
    not good here
"""

_SUPPORT = """
    need/needs/want/wants/needing ..1 support
    can/could/is ..1 someone/somebody/anyone/anybody/there ..1 help me/us/please/her/him
    want/wants/need/needs/like ..2 worker
    ring/call/phone me/us? asap/urgent/urgently
"""

WORRIES = (
    ("immediate_danger", "L2", _HELP),
    ("self_harm", "L2", _SELF_HARM),
    ("harm_to_child", "L2", _HARM),
    ("domestic_abuse", "L2", _DOMESTIC),
    ("exploitation_violence", "L2", _EXPLOITATION),
    ("basic_needs", "L2", _NEEDS),
    ("parent_wellbeing", "L2", _WELLBEING),
    ("complaint_consent", "L3", COMPLAINTS + "\n stop/stopped/quit contacting"),
    ("self_referral", "L3", _SUPPORT),
)
