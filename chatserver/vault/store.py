"""Vaults and keyrings in the database. Every getter names whose; the bytes are sealed and mean nothing here."""

from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.errors import VaultConflict
from chatserver.first_come import added
from chatserver.tables import keyring, vaults
from chatserver.vault.wire import KeyringEntry, StoredVault, VaultWrite

VERSIONS_KEPT: Final = 10


async def newest_vault(db: AsyncConnection, account_id: str) -> StoredVault | None:
    """The vault as it was last written."""
    query = select(vaults).where(vaults.c.account_id == account_id).order_by(vaults.c.version.desc()).limit(1)
    row = (await db.execute(query)).first()
    if row is None:
        return None
    return StoredVault(
        version=row.version,
        vk_generation=row.vk_generation,
        blob=row.blob,
        password_slot=row.password_slot,
        recovery_slot=row.recovery_slot,
        signature=row.signature,
    )


async def newest_version(db: AsyncConnection, account_id: str) -> int:
    """The number of the vault's newest version; 0 if there is none."""
    return (await db.execute(select(func.max(vaults.c.version)).where(vaults.c.account_id == account_id))).scalar() or 0


async def add_version(db: AsyncConnection, account_id: str, write: VaultWrite, now: datetime) -> None:
    """The next version; older ones than the last ten go. Raises VaultConflict when another page was quicker."""
    first = await added(
        db,
        vaults,
        account_id=account_id,
        version=write.version,
        vk_generation=write.vk_generation,
        blob=write.blob,
        password_slot=write.password_slot,
        recovery_slot=write.recovery_slot,
        signature=write.signature,
        written_at=now,
    )
    if not first:
        raise VaultConflict
    outdated = vaults.c.version <= write.version - VERSIONS_KEPT
    await db.execute(delete(vaults).where(vaults.c.account_id == account_id, outdated))


async def keyring_of(db: AsyncConnection, account_id: str, room: str) -> list[KeyringEntry]:
    """The person's sealed epoch keys of one room, by epoch."""
    query = select(keyring.c.epoch, keyring.c.sealed).where(keyring.c.account_id == account_id, keyring.c.room == room)
    return [KeyringEntry(row.epoch, row.sealed) for row in await db.execute(query.order_by(keyring.c.epoch))]


async def keyring_size(db: AsyncConnection, account_id: str) -> int:
    """How many epoch keys the person keeps."""
    query = select(func.count()).select_from(keyring).where(keyring.c.account_id == account_id)
    return (await db.execute(query)).scalar_one()


async def keep_epoch_key(db: AsyncConnection, account_id: str, room: str, epoch: int, sealed: bytes) -> None:
    """Keeps the sealed key of an epoch, in place of an earlier one."""
    if not await added(db, keyring, account_id=account_id, room=room, epoch=epoch, sealed=sealed):
        mine = (keyring.c.account_id == account_id, keyring.c.room == room, keyring.c.epoch == epoch)
        await db.execute(update(keyring).where(*mine).values(sealed=sealed))
