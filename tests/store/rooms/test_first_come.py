"""What may be there once only: whoever comes second is refused with a code, and the database is not what fails.

No test here looks beforehand whether something is free: on PostgreSQL two may have looked and found the same.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.accounts import store as accounts
from chatserver.accounts.model import AccountId
from chatserver.agencies import store as agencies
from chatserver.attachments import store as attachments
from chatserver.attachments.model import Attachment
from chatserver.database import Database
from chatserver.deletions import store as deletions
from chatserver.deletions.model import Certificate
from chatserver.errors import AgencyNameTaken, NameTaken, Refusal, TicketInvalid, VaultConflict
from chatserver.foundings import store as foundings
from chatserver.foundings.model import Founding, Plan
from chatserver.invitations import store as invitations
from chatserver.invitations.model import Invitation
from chatserver.rooms import store as rooms
from chatserver.vault import store as vaults
from chatserver.vault.wire import VaultWrite
from tests.store.rooms.furnished import AGENCY, CLIENT, NOW, ROOM, new_account, new_agency

LATER = NOW + timedelta(days=7)
OTHER = "f6" * 16
PLAN = Plan(
    name="Wehr", about_de="", about_en="", address="", phone="", zone="UTC", topics=[], areas=[], fallback=False
)
WRITE = VaultWrite(
    version=1, vk_generation=1, blob=b"blob", password_slot=b"slot", recovery_slot=None, signature=b"signed"
)

Adding = Callable[[AsyncConnection], Awaitable[object]]


def _named_alike(db: AsyncConnection) -> Awaitable[object]:
    return accounts.add_account(db, replace(new_account(OTHER), name=CLIENT[:8]), b"another share")


def _with_the_same_keys(db: AsyncConnection) -> Awaitable[object]:
    return accounts.add_account(db, replace(new_account(CLIENT), name="somebody"), b"another share")


def _with_a_used_share(db: AsyncConnection) -> Awaitable[object]:
    return accounts.add_account(db, replace(new_account(OTHER), id=AccountId(OTHER)), CLIENT.encode())


def _agency_named_alike(db: AsyncConnection) -> Awaitable[object]:
    return agencies.add_agency(db, replace(new_agency(), id=OTHER, root_fingerprint=b"another"), [], [])


def _agency_of_the_same_root(db: AsyncConnection) -> Awaitable[object]:
    return agencies.add_agency(db, replace(new_agency(), id=OTHER, name="Wehr"), [], [])


async def _room_with_a_used_share(db: AsyncConnection) -> object:
    room = (await rooms.seat_of(db, ROOM, CLIENT)).room
    return await rooms.add_room(db, replace(room, id=OTHER), b"share")


async def _vault_version_again(db: AsyncConnection) -> None:
    await vaults.add_version(db, CLIENT, WRITE, NOW)
    await vaults.add_version(db, CLIENT, WRITE, NOW)


REFUSED: dict[str, tuple[Adding, type[Refusal]]] = {
    "a name that somebody has": (_named_alike, NameTaken),
    "keys that have an account": (_with_the_same_keys, NameTaken),
    "a share that another vault came with": (_with_a_used_share, TicketInvalid),
    "the name of an agency": (_agency_named_alike, AgencyNameTaken),
    "the root of an agency": (_agency_of_the_same_root, AgencyNameTaken),
    "a share that another room came with": (_room_with_a_used_share, TicketInvalid),
    "the version that another page wrote": (_vault_version_again, VaultConflict),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_what_may_be_there_once_is_refused_the_second_time(database: Database, what: str) -> None:
    """The same refusal on both databases, for whoever asks first as for whoever does not."""
    adding, refusal = REFUSED[what]
    with pytest.raises(refusal):
        async with database.write() as db:
            await adding(db)


async def _the_same_room(db: AsyncConnection) -> object:
    room = (await rooms.seat_of(db, ROOM, CLIENT)).room
    return await rooms.add_room(db, room, b"another share")


async def _plan(db: AsyncConnection) -> object:
    made = Founding(id=OTHER, token_hash=b"hash", plan=PLAN, created_at=NOW, expires_at=LATER)
    return await foundings.add_founding(db, made)


async def _invitation(db: AsyncConnection) -> object:
    made = Invitation(
        id=OTHER,
        token_hash=b"hash",
        agency_id=AGENCY,
        display_name="Frau Weber",
        capabilities="counsel",
        invited_by=CLIENT,
        created_at=NOW,
        expires_at=LATER,
    )
    return await invitations.add_invitation(db, made)


async def _upload(db: AsyncConnection) -> object:
    made = Attachment(id=OTHER, room=ROOM, account_id=CLIENT, size=1, created_at=NOW, completed_at=None)
    return await attachments.add_attachment(db, made)


@pytest.mark.parametrize("adding", [_plan, _invitation, _upload])
async def test_the_same_a_second_time_is_known_for_a_repeat(database: Database, adding: Adding) -> None:
    """Its first answer got lost, or is still on its way."""
    async with database.write() as db:
        assert await adding(db) is True
    async with database.write() as db:
        assert await adding(db) is False


async def test_a_room_that_is_there_is_known_for_a_repeat(database: Database) -> None:
    """The enquiry was sent twice at once."""
    async with database.write() as db:
        assert await _the_same_room(db) is False


async def test_of_two_certificates_of_one_deletion_the_first_holds(database: Database) -> None:
    """Both pages of a person show the same."""
    first = Certificate(kind="room", subject=OTHER, deleted_at=NOW, final_at=LATER, certificate=b"first")
    async with database.write() as db:
        assert await deletions.add_certificate(db, first) == first
    async with database.write() as db:
        assert await deletions.add_certificate(db, replace(first, certificate=b"second")) == first


async def test_a_key_of_an_epoch_that_is_kept_again_replaces_the_first(database: Database) -> None:
    """Two pages of one person keep the same secret, each sealed anew."""
    async with database.write() as db:
        await vaults.keep_epoch_key(db, CLIENT, ROOM, 1, b"first")
        await vaults.keep_epoch_key(db, CLIENT, ROOM, 1, b"second")
    async with database.read() as db:
        assert [one.sealed for one in await vaults.keyring_of(db, CLIENT, ROOM)] == [b"second"]
