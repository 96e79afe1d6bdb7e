"""One room with a genesis, its thread, and the three people who could look for it. Bytes stand for what is sealed."""

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.accounts.model import Account, AccountId, Role
from chatserver.accounts.store import add_account
from chatserver.agencies.model import Agency, Area, Counsellor
from chatserver.agencies.store import add_agency, add_counsellor
from chatserver.rooms import store
from chatserver.rooms.model import NewItem, Room, StoredItem, first_th, place
from chatserver.threads.model import Thread, ThreadState
from chatserver.threads.store import add_thread
from crypto import new_identity

NOW = datetime(2026, 10, 24, 8, 0, tzinfo=UTC)
ROOM, AGENCY, CLIENT, COUNSELLOR, STRANGER = "a1" * 16, "b2" * 16, "c3" * 16, "d4" * 16, "e5" * 16


def new_item(word: str, clock: str = "none") -> NewItem:
    """A message of the client with an id of its own."""
    return NewItem(
        item_id=word.encode().ljust(32),
        kind="message",
        sender_id=CLIENT,
        epoch=1,
        clock=clock,
        envelope=word.encode(),
    )


async def placed(db: AsyncConnection, *items: NewItem) -> list[StoredItem]:
    """Stores items at the next places, as whoever holds the lock of the room does."""
    room = (await store.seat_of(db, ROOM, CLIENT, for_change=True)).room
    stored = place(ROOM, room.last_position, room.th, items, NOW)
    await store.append(db, stored)
    return stored


async def furnish(db: AsyncConnection) -> None:
    """Writes all of it."""
    for account_id, role in ((CLIENT, Role.CLIENT), (COUNSELLOR, Role.COUNSELLOR), (STRANGER, Role.CLIENT)):
        await add_account(db, new_account(account_id, role), account_id.encode())
    await add_agency(db, new_agency(), [Area("48143", "48167")], ["debt"])
    await add_counsellor(
        db,
        Counsellor(account_id=COUNSELLOR, agency_id=AGENCY, display_name="Frau Berger", duty=True, coordinates=False),
    )
    (genesis,) = place(ROOM, 0, first_th(ROOM), [new_item("genesis")], NOW)
    await store.add_room(db, _room(genesis), b"share")
    await store.keep_members(db, ROOM, {CLIENT: "client"}, 1)
    await store.append(db, [genesis])
    await add_thread(db, _thread())


def new_account(account_id: str, role: Role = Role.CLIENT) -> Account:
    """Somebody with keys of their own."""
    identity = new_identity()
    return Account(
        id=AccountId(account_id),
        name=account_id[:8],
        role=role,
        password_suite=1,
        server_salt=b"",
        auth_verifier="",
        signing_key=identity.ed_pk,
        kem_statement=identity.kem_statement,
        created_at=NOW,
    )


def new_agency() -> Agency:
    """One of that name and root."""
    return Agency(
        id=AGENCY,
        name="Anker",
        about_de="",
        about_en="",
        address="",
        phone="",
        zone="Europe/Berlin",
        root_fingerprint=b"root",
        fallback=False,
    )


def _room(genesis: StoredItem) -> Room:
    return Room(
        id=ROOM,
        agency_id=AGENCY,
        client_id=CLIENT,
        epoch=1,
        kc=bytes(32),
        log_head=genesis.item_id,
        log_position=1,
        duty_generation=1,
        standby=True,
        last_position=1,
        last_stored_at=NOW,
        created_at=NOW,
        th=genesis.th,
    )


def _thread() -> Thread:
    return Thread(
        room=ROOM,
        agency_id=AGENCY,
        topic="debt",
        client_id=CLIENT,
        counsellor_id=None,
        state=ThreadState.NEW,
        opened_at=NOW,
        taken_at=None,
        closed_at=None,
    )
