"""A server's data with many pairs of people in it, made beforehand by the server's own actions.

Clients whom counsellors have taken on, all signed in. Nobody of them ever types a password, so none has a vault.
Making them takes a while, so they are kept in bench/.furnished, and each run of a server gets a fresh copy.
"""

import asyncio
import hashlib
import json
import shutil
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_bytes
from typing import Final

from chatserver.accounts import store as accounts
from chatserver.accounts.model import PASSWORD_SUITE, Account, Role, new_session
from chatserver.accounts.store import account_id_of
from chatserver.accounts.tickets import draw_share
from chatserver.agencies import store as agencies
from chatserver.agencies.model import Counsellor
from chatserver.config import Config
from chatserver.demo.cast import DemoAgency, Worker
from chatserver.demo.founding import Founded, found
from chatserver.deps import Asker, Deps, Work, work
from chatserver.enquiries.actions import send_enquiry, take_enquiry
from chatserver.enquiries.wire import SendEnquiry, TakeEnquiry
from chatserver.live import Sockets
from chatserver.main import opened
from chatserver.rosters.actions import keep_roster
from crypto import Identity, Reader, RosterBook, Text, Writer, make_genesis, new_identity, take_up, to_ms

ROOT: Final = Path(__file__).parents[1]
KEPT: Final = Path(__file__).parent / ".furnished"
# Sessions and rosters run out; long before that, everything is made anew.
KEPT_FOR_S: Final = 12 * 3600
TOPIC: Final = "family"
PEOPLE: Final = "people.json"


@dataclass(frozen=True, slots=True)
class Signed:
    """Somebody who is signed in, as hex where it is bytes."""

    token: str
    ed_seed: str
    kem_seed: str


@dataclass(frozen=True, slots=True)
class Seats:
    """A room of two, where its next message goes, and who may write it. Bytes as hex."""

    room: str
    epoch: int
    kc: str
    key: str
    seen_pos: int
    seen_th: str
    client: Signed
    counsellor: Signed


def furnished(pairs: int, kept: Path = KEPT) -> Path:
    """A folder with `var`, the server's data, and `people.json`; made now, or kept from before."""
    folder = kept / f"{pairs}-{_digest()}"
    if folder.exists() and time.time() - folder.stat().st_mtime < KEPT_FOR_S:
        return folder
    for outdated in kept.glob(f"{pairs}-*"):
        shutil.rmtree(outdated)
    kept.mkdir(exist_ok=True)
    print(f"Furnishing a server for {pairs} pairs ...", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(dir=kept) as started:
        made = Path(started, "made")
        made.mkdir()
        seats = asyncio.run(furnish(Config(var=made / "var"), pairs))
        (made / PEOPLE).write_text(json.dumps([asdict(one) for one in seats]), "utf-8")
        made.rename(folder)
    return folder


def seats_in(folder: Path) -> list[Seats]:
    """Who is there."""
    told = json.loads((folder / PEOPLE).read_text("utf-8"))
    return [
        Seats(**{**one, "client": Signed(**one["client"]), "counsellor": Signed(**one["counsellor"])}) for one in told
    ]


def _digest() -> str:
    """What the data depend on: migrations, the protocol, and this file."""
    sources = [Path(__file__)]
    for folder in ("chatserver/migrations/versions", "crypto"):
        sources += sorted((ROOT / folder).glob("*.py"))
    return hashlib.sha256(b"".join(one.read_bytes() for one in sources)).hexdigest()[:16]


async def furnish(config: Config, pairs: int) -> list[Seats]:
    """Puts so many pairs into the empty database of these settings."""
    seats: list[Seats] = []
    async with opened(config, Sockets()) as deps:
        while len(seats) < pairs:
            house = await _house(deps, len(seats) // 3)
            seats += [await _pair(deps, house, worker, len(seats) + worker) for worker in range(3)]
    return seats[:pairs]


async def _house(deps: Deps, number: int) -> Founded:
    """An agency with three counsellors."""
    names = [f"beraterin-{number}-{one}" for one in range(4)]
    workers = [Worker(name, name, "") for name in names]
    founded = found(
        DemoAgency(
            name=f"Haus {number}",
            about_de="",
            about_en="",
            address="",
            phone="",
            areas=(),
            topics=(TOPIC,),
            counsellors=(workers[0], workers[1], workers[2]),
            coordinator=workers[3],
        ),
        deps.now(),
    )
    async with work(deps) as tx:
        await agencies.add_agency(tx.db, founded.agency, (), (TOPIC,))
        for one in founded.staff[:3]:
            await _employ(tx, deps, founded, one.identity, one.worker.name)
        await keep_roster(tx.db, founded.agency, founded.signed, deps.now())
        for seed in founded.duty_seeds:
            await agencies.add_duty_seed(tx.db, seed)
    return founded


async def _employ(tx: Work, deps: Deps, founded: Founded, identity: Identity, name: str) -> None:
    await accounts.add_account(tx.db, _account(deps, identity, name, Role.COUNSELLOR), token_bytes(32))
    await agencies.add_counsellor(
        tx.db,
        Counsellor(
            account_id=account_id_of(identity.user_id),
            agency_id=founded.agency.id,
            display_name=name,
            duty=True,
            coordinates=False,
        ),
    )


def _account(deps: Deps, identity: Identity, name: str, role: Role) -> Account:
    return Account(
        id=account_id_of(identity.user_id),
        name=name,
        role=role,
        password_suite=PASSWORD_SUITE,
        server_salt=token_bytes(16),
        auth_verifier="",
        signing_key=identity.ed_pk,
        kem_statement=identity.kem_statement,
        created_at=deps.now(),
    )


async def _pair(deps: Deps, house: Founded, worker: int, number: int) -> Seats:
    """A client writes, the counsellor takes the enquiry."""
    client, counsellor = new_identity(), house.staff[worker].identity
    async with work(deps) as tx:
        account = _account(deps, client, f"falter{number}", Role.CLIENT)
        await accounts.add_account(tx.db, account, token_bytes(32))
    reader, commands = _enquiry(deps, house, client, counsellor)
    await send_enquiry(deps, _asker(client, Role.CLIENT), commands[0])
    await take_enquiry(deps, _asker(counsellor, Role.COUNSELLOR), commands[1])
    place = reader.place()
    return Seats(
        room=place.room.hex(),
        epoch=place.epoch,
        kc=place.kc.hex(),
        key=place.key.hex(),
        seen_pos=place.seen_pos,
        seen_th=place.seen_th.hex(),
        client=await _signed_in(deps, client),
        counsellor=await _signed_in(deps, counsellor),
    )


def _asker(identity: Identity, role: Role) -> Asker:
    return Asker(account_id=account_id_of(identity.user_id), role=role.value, session_id="")


def _enquiry(
    deps: Deps, house: Founded, client: Identity, counsellor: Identity
) -> tuple[Reader, tuple[SendEnquiry, TakeEnquiry]]:
    """The client's own view of the room, after what both of them send."""
    now, book = to_ms(deps.now()), RosterBook([house.signed])
    drawn = draw_share(deps.secrets.server_secret, "room", deps.now())
    made = make_genesis(client, house.signed, drawn.share, now)
    reader = Reader(made.room, book=book, room_share=drawn.share, me=client)
    reader.push(1, made.item)
    first = Writer(client).seal(reader.place(), Text("Ich weiß nicht weiter."), clock="asks", sent_at=now).envelope
    reader.push(2, first)
    taken = take_up(
        reader.log, counsellor, book, drawn.share, seen_pos=reader.position, seen_th=reader.th, created_at=now
    ).item
    verdict = reader.push(3, taken)
    if verdict.kind != "commit":
        raise AssertionError(verdict)
    agreed = deps.texts.consent.version
    enquiry = SendEnquiry(house.agency.id, TOPIC, made.item, drawn.ticket, first, consent=agreed)
    return reader, (enquiry, TakeEnquiry(made.room.hex(), taken))


async def _signed_in(deps: Deps, identity: Identity) -> Signed:
    lasts, idle = deps.config.session_lasts, deps.config.session_idle
    session, token = new_session(account_id_of(identity.user_id), deps.now(), lasts, idle=idle)
    async with work(deps) as tx:
        await accounts.add_session(tx.db, session)
    return Signed(token, identity.ed_seed.hex(), identity.kem_seed.hex())
