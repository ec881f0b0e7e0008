from __future__ import annotations
import logging, time, asyncio, pytest
from functools import partial
from tests.test_races import settled, asked, says
from tests.storage.rows import NOW
from bot.turns import take
from bot.domain import Inbound
from bot.dispatch import Dispatcher
@pytest.mark.parametrize("play", ["postgresql"], indirect=True)
async def test_dbg(play, caplog):
    caplog.set_level(logging.INFO)
    homes = await settled(play, 40)
    await play.database.write(partial(asked, play=play, homes=homes))
    await play.service.settle()
    s=play.service
    ds=[Dispatcher(play.database,s.channels,s.taskforce,s.now,n) for n in ("one","two")]
    async def loop(d):
        for _ in range(30):
            await d.claim_and_send(); await asyncio.sleep(0.02)
        await d.landed()
    async def staff(ref,n):
        return await take(play.database, s.taskforce, Inbound("staff", f"{ref}{n}", f"simulated-{ref}", "/today" if n%2 else "help"), play.now)
    t=time.perf_counter()
    out=await asyncio.gather(*(says(play,h,"3","a") for h in homes), *(says(play,h,"a lift","b") for h in homes), *(staff(r,n) for n in range(10) for r in ("DO","MB","HM")), *(loop(d) for d in ds), return_exceptions=True)
    print("took", time.perf_counter()-t)
    from collections import Counter
    print(Counter(type(o).__name__ for o in out), sum(getattr(o,'kept_after_fault',0) for o in out))
    print("retries", sum("tried again" in r.message for r in caplog.records))
    print([o for o in out if isinstance(o, Exception)][:3])
    print(Counter((t["kind"],t["owner"]) for t in await play.tasks()))
