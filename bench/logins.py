"""Log-ins in empty browsers. The client's own 64 MiB of Argon2id are made once, before the clock runs."""

import asyncio
from statistics import median
from time import perf_counter

from bench.browser import chromium, log_in_on_a_phone
from bench.figures import Outcome, bar, spread
from chatserver.accounts.wire import Me, ReadMe
from tests.people import Client


async def load(clients: list[Client], each: int) -> Outcome:
    """Every client logs in `each` times, once after the other, and opens the vault."""
    for client in clients:
        await client.keys()
    began = perf_counter()
    told = await asyncio.gather(*(_log_in(client, each) for client in clients))
    seconds = perf_counter() - began
    took = [one for times, _ in told for one in times]
    return Outcome(
        spread(f"log-ins, {len(clients)} at once", took, seconds), [line for _, lost in told for line in lost]
    )


async def on_a_phone(client: Client, times: int) -> Outcome:
    """The pages themselves, in an empty browser, on a processor four times as slow as this one."""
    async with chromium() as browser:
        took = [
            await log_in_on_a_phone(browser, client.browser.url, client.name, client.password) for _ in range(times)
        ]
    what = "log in on a phone (processor / 4, workers too): vault open"
    return Outcome([bar(what, median(took), must=3.0, aim=2.0)])


async def _log_in(client: Client, each: int) -> tuple[list[float], list[str]]:
    took: list[float] = []
    lost: list[str] = []
    for _ in range(each):
        async with client.elsewhere() as again:
            began = perf_counter()
            await again.log_in()
            took.append(perf_counter() - began)
            me = await again.browser.get("/api/me", ReadMe(), Me)
            if me.account_id != client.account_id or again.account_id != client.account_id:
                lost.append(f"{client.name} logged in and was somebody else")
    return took, lost
