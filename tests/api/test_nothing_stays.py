"""What was deleted is in no file any more: not in free pages, not in the log of writes, not in a backup made after.

What may stay is what the policy names: the certificate, with the bare ids (docs/operation.md).
"""

from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import select

from chatserver.tables import accounts, deletions, room_items, room_shares, sessions, user_shares, vaults
from tests.api.house import House, visited
from tests.api.restoring import Operator
from tests.api.story import talk
from tests.leaks import find_leaks
from tests.places import Place

# From the middle of a sealed item: its beginning is a readable header, the same for many.
MIDDLE = slice(-60, -20)


async def planted(house: House, account: str, room: str) -> dict[str, bytes]:
    """What only this person's rows hold, as it lies in the tables."""
    wanted = {
        "name": (accounts.c.name, accounts.c.id == account),
        "salt": (accounts.c.server_salt, accounts.c.id == account),
        "verifier": (accounts.c.auth_verifier, accounts.c.id == account),
        "signing key": (accounts.c.signing_key, accounts.c.id == account),
        "share of the vault": (user_shares.c.share, user_shares.c.account_id == account),
        "vault": (vaults.c.blob, vaults.c.account_id == account),
        "session": (sessions.c.token_hash, sessions.c.account_id == account),
        "share of the room": (room_shares.c.share, room_shares.c.room == room),
        "item": (room_items.c.envelope, room_items.c.room == room),
        "transcript": (room_items.c.th, room_items.c.room == room),
    }
    found = dict[str, bytes]()
    async with house.deps.database.read() as db:
        for name, (column, mine) in wanted.items():
            for number, value in enumerate((await db.execute(select(column).where(mine))).scalars()):
                raw = value if isinstance(value, bytes) else str(value).encode()
                found[f"{name} {number}"] = raw[MIDDLE] if len(raw) > 100 else raw
    return found


def files(folder: Path) -> list[tuple[str, bytes]]:
    """Everything that lies there."""
    return [(str(path.relative_to(folder)), path.read_bytes()) for path in sorted(folder.rglob("*")) if path.is_file()]


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_after_an_account_is_deleted_no_file_holds_a_word_of_it(founded: Place, tmp_path: Path) -> None:
    """Searched while the server runs, in whatever encoding; and in a backup, a restore, and the ledger."""
    operator = Operator(tmp_path, founded)
    async with visited(operator.config) as house:
        talking = await talk(house)
        for number in range(40):
            await talking.desk.write(f"Antwort Nummer {number}")
        other = await talk(house, "luisa7")
        words = await planted(house, talking.client.account_id, talking.room.id)
        assert len(words) > 50
        # Otherwise the search would prove nothing.
        assert {one.secret for one in find_leaks(words, files(operator.config.var))} == set(words)
        await talking.client.delete_account()
        await house.deps.database.checkpoint()
        assert find_leaks(words, files(operator.config.var)) == []
        rest, keys = await operator.back_up()
        assert find_leaks(words, [*files(rest), *files(keys), *files(tmp_path / "ledger")]) == []
        await other.desk.write("Es geht weiter.")
        async with house.deps.database.read() as db:
            stays = set((await db.execute(select(deletions.c.subject))).scalars())
        assert stays == {talking.client.account_id, talking.room.id}
    await operator.put_back(rest, keys)
    assert find_leaks(words, files(operator.config_after.var)) == []


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_an_old_backup_that_is_restored_holds_nothing_of_what_was_deleted_since(
    founded: Place, tmp_path: Path
) -> None:
    """The ledger is replayed, and what it ends is overwritten as well."""
    operator = Operator(tmp_path, founded)
    async with visited(operator.config) as house:
        talking = await talk(house)
        words = await planted(house, talking.client.account_id, talking.room.id)
        rest, keys = await operator.back_up()
        await talking.client.delete_account()
    await operator.put_back(rest, keys)
    assert find_leaks(words, files(operator.config_after.var)) == []


async def told_by(database: str, *statements: str) -> list[str]:
    """What each of these answers, from a connection of the operator's own, outside of any transaction."""
    db = await asyncpg.connect(database.replace("+asyncpg", ""))
    try:
        return [str(await db.fetchval(statement)) for statement in statements]
    finally:
        await db.close()


async def folder_of(database: str) -> Path:
    """Where PostgreSQL keeps the files of this one database."""
    number = "SELECT oid FROM pg_database WHERE datname = current_database()"
    data, oid = await told_by(database, "SHOW data_directory", number)
    return Path(data) / "base" / oid


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_on_postgresql_no_file_holds_a_word_of_it_once_the_tables_are_written_anew(founded: Place) -> None:
    """As docs/operation.md says: rows, indexes, TOAST, and what the planner has noted of names."""
    async with visited(founded.config()) as house:
        talking = await talk(house)
        # Of a table that is empty afterwards the planner would keep what it had noted.
        await talk(house, "luisa7")
        words = await planted(house, talking.client.account_id, talking.room.id)
        folder = await folder_of(founded.database)
        await told_by(founded.database, "ANALYZE", "CHECKPOINT")
        assert {one.secret for one in find_leaks(words, files(folder))} == set(words)
        await talking.client.delete_account()
        await told_by(founded.database, "VACUUM (FULL, ANALYZE)", "VACUUM FULL pg_statistic", "CHECKPOINT")
        assert find_leaks(words, files(folder)) == []
