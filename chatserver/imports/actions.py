"""Adding other calendars, reading them, and taking them away again."""

from datetime import datetime
from secrets import token_hex
from typing import Final, cast

from sqlalchemy.ext.asyncio import AsyncConnection

from booking.elsewhere import forget_busy_elsewhere, keep_busy_elsewhere, met_elsewhere, own_among
from booking.errors import RequestReused
from booking.model import Span
from booking.register import take_turn
from chatserver.deps import Asker, Deps, Work, look, work
from chatserver.due_beside import key_of, pull_forward
from chatserver.due_work import plan, withdraw
from chatserver.errors import CalendarAddressInvalid, ImportsFull, NotFound
from chatserver.imports import store
from chatserver.imports.apart import Found, busy_times
from chatserver.imports.fetching import host_of, https_address
from chatserver.imports.model import JOB, MOST_IMPORTS, Import, hash_of, joined, seal_address, window_at
from chatserver.imports.wire import (
    DropImport,
    Failure,
    ImportFile,
    Imports,
    ImportsChanged,
    ListImports,
    Meeting,
    ReadImportNow,
    SubscribeAddress,
)
from chatserver.imports.wire import Import as ShownImport

_SHOWN: Final = ("id", "host", "made_at", "read_at", "failed_at", "times", "left_out")


async def list_imports(deps: Deps, asker: Asker, command: ListImports) -> Imports:
    """One's own, and where they meet appointments to come."""
    async with look(deps) as db:
        return await _shown(db, asker.account_id, deps.now())


async def subscribe_address(deps: Deps, asker: Asker, command: SubscribeAddress) -> Imports:
    """Read by a job, at once and then again and again. A repeat changes nothing.

    Raises CalendarAddressInvalid, ImportsFull, RequestReused.
    """
    address, now = https_address(command.address), deps.now()
    if address is None:
        raise CalendarAddressInvalid("address")
    made = Import(id=token_hex(16), account_id=asker.account_id, host=host_of(address), made_at=now)
    sealed = seal_address(deps.secrets.server_secret, made.id, address)
    async with work(deps) as tx:
        if await _added(tx.db, made, command.request_id, sealed):
            await plan(tx.db, JOB, key_of(JOB, made.id), now)
        return await _shown(tx.db, asker.account_id, now)


async def import_file(deps: Deps, asker: Asker, command: ImportFile, content: bytes) -> Imports:
    """Read once, now: a file does not change. A repeat changes nothing.

    Raises CalendarUnreadable, CalendarTooLarge, CalendarTooComplex, TooBusy, ImportsFull, RequestReused.
    """
    now = deps.now()
    async with look(deps) as db:
        await _require_room(db, asker.account_id, command.request_id)
        zone = await store.zone_of_counsellor(db, asker.account_id)
    found = await busy_times(content, *window_at(now), zone)
    made = Import(id=token_hex(16), account_id=asker.account_id, host="", made_at=now)
    async with work(deps) as tx:
        if await _added(tx.db, made, command.request_id, None):
            await keep_found(tx, made, found, now)
        return await _shown(tx.db, asker.account_id, now)


async def read_import_now(deps: Deps, asker: Asker, command: ReadImportNow) -> Imports:
    """Falls due at once; the page is told when it is done. Raises NotFound, also for a file."""
    now = deps.now()
    async with work(deps) as tx:
        found = await store.import_of(tx.db, asker.account_id, command.calendar)
        if found is None or not found.host:
            raise NotFound
        await tx.db.run_sync(pull_forward, key_of(JOB, found.id), now)
        return await _shown(tx.db, asker.account_id, now)


async def drop_import(deps: Deps, asker: Asker, command: DropImport) -> Imports:
    """Nothing is left of it. A repeat, and what never was one's own, change nothing."""
    async with work(deps) as tx:
        await tx.db.run_sync(take_turn, asker.account_id)
        found = await store.import_of(tx.db, asker.account_id, command.calendar)
        if found is not None:
            await drop(tx, found.id)
        return await _shown(tx.db, asker.account_id, deps.now())


async def drop_all(tx: Work, account_id: str) -> None:
    """Whoever leaves has no other calendars here."""
    for one in await store.imports_of(tx.db, account_id):
        await drop(tx, one.id)


async def pass_on(tx: Work, account_id: str, to: str) -> None:
    """The same person under a new account; the times are passed on with their calendar."""
    await store.pass_on(tx.db, account_id, to)


async def drop(tx: Work, import_id: str) -> None:
    """With its times, and without another try to read it."""
    await withdraw(tx.db, key_of(JOB, import_id))
    await forget_busy_elsewhere(tx.db, source=import_id)
    await store.drop(tx.db, import_id)


async def keep_found(tx: Work, one: Import, found: Found, now: datetime) -> None:
    """What was read, in place of what was read before; without our own appointments, which come back that way."""
    own = await own_among(tx.db, counsellor=one.account_id, ids={_id_in(busy.uid) for busy in found.busy})
    spans = joined(Span(busy.starts_at, busy.ends_at) for busy in found.busy if _id_in(busy.uid) not in own)
    told = hash_of(spans)
    if told != one.told:
        await keep_busy_elsewhere(tx.db, counsellor=one.account_id, source=one.id, spans=spans)
    await store.mark_read(tx.db, one.id, times=len(spans), left_out=found.left_out, told=told, at=now)
    tx.tell([one.account_id], "imports", ImportsChanged())


async def keep_failure(tx: Work, one: Import, failure: Failure, now: datetime) -> None:
    """What was read before holds until it can be read again."""
    await store.mark_failed(tx.db, one, failure, now)
    tx.tell([one.account_id], "imports", ImportsChanged())


# -- inside


def _id_in(uid: str) -> str:
    """Our appointments' names outside are their ids with dashes (calendars/model.py)."""
    return uid.replace("-", "").lower()


async def _require_room(db: AsyncConnection, account_id: str, request_id: str) -> None:
    """Raises ImportsFull, but not for a repeat; RequestReused for somebody else's request."""
    first = await store.made_by_request(db, request_id)
    if first is not None:
        if first.account_id != account_id:
            raise RequestReused("request_id")
    elif len(await store.imports_of(db, account_id)) >= MOST_IMPORTS:
        raise ImportsFull


async def _added(db: AsyncConnection, made: Import, request_id: str, sealed: bytes | None) -> bool:
    """Whether it is new. One after the other for each person, so that the last place is given once."""
    await db.run_sync(take_turn, made.account_id)
    await _require_room(db, made.account_id, request_id)
    if await store.add(db, made, request_id, sealed):
        return True
    first = await store.made_by_request(db, request_id)
    if first is None or first.account_id != made.account_id:
        raise RequestReused("request_id")
    return False


async def _shown(db: AsyncConnection, account_id: str, now: datetime) -> Imports:
    mine = await store.imports_of(db, account_id)
    met = await met_elsewhere(db, counsellor=account_id, now=now)
    return Imports(
        imports=[
            ShownImport(**{name: getattr(one, name) for name in _SHOWN}, failure=cast("Failure | None", one.failure))
            for one in mine
        ],
        meetings=[Meeting(one.id, one.thread, *one.appointment) for one in met if not one.is_group],
        most=MOST_IMPORTS,
    )
