"""Backup and restore: what was acknowledged before is there, what was ended since is not."""

import asyncio
import json
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from chatserver.backups.manifest import MANIFEST
from chatserver.checks import findings
from chatserver.config import ConfigInvalid
from chatserver.deps import Deps
from chatserver.ledger import FILE
from chatserver.tables import room_shares, rooms, sessions, user_shares
from tests.api.house import visited
from tests.api.restoring import Operator
from tests.api.story import FIRST_WORDS, enquire, talk
from tests.leaks import find_leaks
from tests.person_web import Refused
from tests.places import Place
from tests.postgres import new_database
from tests.shell import CANNOT_BE_USED, PATIENCE_S, refusal


@pytest.fixture
def operator(founded: Place, tmp_path: Path, request: pytest.FixtureRequest) -> Operator:
    """Of a house with two agencies."""
    elsewhere = new_database(request.getfixturevalue("postgres")) if founded.database else ""
    return Operator(tmp_path, founded, elsewhere)


async def ids(deps: Deps, column: object) -> set[str]:
    """All that stand in a column."""
    async with deps.database.read() as db:
        return set((await db.execute(select(column))).scalars())  # type: ignore[call-overload]


async def test_what_was_deleted_since_the_backup_stays_deleted(operator: Operator) -> None:
    """A thread, an account, and a session; what nobody deleted is there, and opens with its share."""
    async with visited(operator.config) as house:
        talking = await talk(house)
        doomed, room = await enquire(house, "luisa7")
        leaving = await house.signed_up("wolke3")
        rest, keys = await operator.back_up()
        await doomed.delete_thread(room.id)
        await leaving.delete_account()
        cookie = house.session_of(talking.client)
    await operator.put_back(rest, keys)
    async with operator.after(house) as again:
        assert await ids(again.deps, rooms.c.id) == {talking.room.id}
        assert await ids(again.deps, room_shares.c.room) == {talking.room.id}
        assert leaving.account_id not in await ids(again.deps, user_shares.c.account_id)
        assert await ids(again.deps, sessions.c.id) == set()
        with pytest.raises(Refused, match="session_expired"):
            await again.with_session(cookie).threads()
        back = again.client("nachtfalter")
        await back.log_in()
        assert await (await back.open(talking.room.id)).read() == [FIRST_WORDS]
        with pytest.raises(Refused, match="wrong_credentials"):
            await again.client("wolke3").log_in()
        assert (await back.certificate_of(room.id)).subject.hex() == room.id


async def test_the_half_with_the_database_opens_nothing_and_the_ledger_tells_of_nobody(operator: Operator) -> None:
    """No share, no secret of the server in the one; no id in the other, in whatever encoding."""
    async with visited(operator.config) as house:
        client, room = await enquire(house)
        async with house.deps.database.read() as db:
            shares = {
                f"share {number}": row[0]
                for number, row in enumerate(
                    [*await db.execute(select(room_shares.c.share)), *await db.execute(select(user_shares.c.share))]
                )
            }
        rest, keys = await operator.back_up()
        await client.delete_thread(room.id)
        secrets = {path.name: path.read_bytes() for path in house.deps.config.var.glob("*.secret")}
    ledger = (operator.folder / "ledger" / FILE).read_bytes()
    dump = [(path.name, path.read_bytes()) for path in rest.iterdir()]
    assert find_leaks(shares | secrets, dump) == []
    assert find_leaks(shares, [("", (keys / "shares.sqlite3").read_bytes())]) != []
    assert find_leaks({"room": bytes.fromhex(room.id), "text": room.id.encode()}, [("ledger", ledger)]) == []
    assert {path.stat().st_mode & 0o077 for half in (rest, keys) for path in half.iterdir()} == {0}


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_an_old_database_that_somebody_puts_in_place_by_hand_is_brought_up_to_the_ledger(
    operator: Operator,
) -> None:
    """The ledger is looked at whenever a server starts, whatever the operator did."""
    async with visited(operator.config) as house:
        client, room = await enquire(house)
        await house.signed_up("luisa7")
        rest, keys = await operator.back_up()
        await client.delete_thread(room.id)
    var = operator.config_after.var
    var.mkdir()
    for kept in (rest / "sprechraum.sqlite3", *keys.glob("*.secret")):
        shutil.copy(kept, var)
    async with visited(operator.config_after) as again:
        assert await ids(again.deps, rooms.c.id) == set()
        assert await ids(again.deps, sessions.c.id) == set()


async def test_what_was_ended_by_a_server_that_was_killed_before_the_ledger_stands_there_at_the_next_start(
    operator: Operator,
) -> None:
    """Committed and not written down: nobody was answered, and yet it must not come back. A torn line ends alone."""
    async with visited(operator.config) as house:
        client, room = await enquire(house)
        rest, keys = await operator.back_up()
        await client.delete_thread(room.id)
    ledger = operator.folder / "ledger" / FILE
    ledger.write_bytes(ledger.read_bytes()[:20])
    async with visited(operator.config):
        pass
    torn, *whole = ledger.read_bytes().split(b"\n")
    assert len(torn) == 20
    assert [len(one) for one in whole] == [64, 0]
    await operator.put_back(rest, keys)
    async with visited(operator.config_after) as again:
        assert await ids(again.deps, rooms.c.id) == set()


async def test_nothing_is_restored_without_the_ledger_as_it_went_on(operator: Operator) -> None:
    """An empty one, an older one, or another's would let back in what was deleted."""
    async with visited(operator.config) as house:
        client, room = await enquire(house)
        await client.delete_thread(room.id)
        rest, keys = await operator.back_up()
    ledger = operator.folder / "ledger" / FILE
    written = ledger.read_bytes()
    for wrong in (b"", written[:-1], b"0" * 64 + b"\n"):
        ledger.write_bytes(wrong)
        with pytest.raises(ConfigInvalid, match="does not go on"):
            await operator.put_back(rest, keys)
    assert not operator.config_after.var.exists()
    ledger.write_bytes(written + b"something else\n")
    with pytest.raises(ConfigInvalid, match="this is no ledger"):
        await operator.put_back(rest, keys)


async def test_newer_shares_go_with_an_older_database_and_older_ones_do_not(operator: Operator) -> None:
    """So the newest shares are enough, and those of what was deleted since are in no place any more."""
    async with visited(operator.config) as house:
        talking = await talk(house)
        rest, old_keys = await operator.back_up()
        await enquire(house, "luisa7")
        new_rest, keys = await operator.back_up()
    with pytest.raises(ConfigInvalid, match="older than the database"):
        await operator.put_back(new_rest, old_keys)
    await operator.put_back(rest, keys)
    async with operator.after(house) as again:
        assert await ids(again.deps, room_shares.c.room) == {talking.room.id}


async def test_what_is_damaged_half_or_mixed_up_is_refused_before_anything_is_touched(operator: Operator) -> None:
    """A flipped byte, a missing file, the halves the wrong way round, a database that is there already."""
    async with visited(operator.config):
        rest, keys = await operator.back_up()
    with pytest.raises(ConfigInvalid, match="is the backup of the shares"):
        await operator.put_back(keys, rest)
    kept = next(one for one in rest.iterdir() if one.name != MANIFEST)
    raw = bytearray(kept.read_bytes())
    raw[len(raw) // 2] ^= 1
    kept.write_bytes(raw)
    with pytest.raises(ConfigInvalid, match="damaged"):
        await operator.put_back(rest, keys)
    raw[len(raw) // 2] ^= 1
    kept.write_bytes(raw)
    told = json.loads((rest / MANIFEST).read_text("utf-8"))
    (rest / MANIFEST).write_text(json.dumps(told | {"form": "9999"}), "utf-8")
    with pytest.raises(ConfigInvalid, match="newer release"):
        await operator.put_back(rest, keys)
    (rest / MANIFEST).write_text(json.dumps(told | {"server": "0" * 64}), "utf-8")
    with pytest.raises(ConfigInvalid, match="different servers"):
        await operator.put_back(rest, keys)
    (rest / MANIFEST).unlink()
    with pytest.raises(ConfigInvalid, match="only half of one"):
        await operator.put_back(rest, keys)
    assert not operator.config_after.var.exists()
    (rest / MANIFEST).write_text(json.dumps(told), "utf-8")
    await operator.put_back(rest, keys)
    with pytest.raises(ConfigInvalid, match=r"already|not empty"):
        await operator.put_back(rest, keys)


async def test_a_restore_that_was_cut_short_starts_no_server_and_is_run_again(operator: Operator) -> None:
    """Killed when the files were not in place, and when only the ledger was still to be replayed."""
    async with visited(operator.config) as house:
        client, room = await enquire(house)
        rest, keys = await operator.back_up()
        await client.delete_thread(room.id)
    (keys / "shares.sqlite3").rename(keys / "away")
    var = operator.config_after.var
    var.mkdir()
    told = json.loads((rest / MANIFEST).read_text("utf-8"))
    (var / "restoring").write_text(json.dumps({"stage": "placing", "backup": told["backup"]}), "utf-8")
    with pytest.raises(ConfigInvalid, match="cut short"):
        async with visited(operator.config_after):
            pass
    (keys / "away").rename(keys / "shares.sqlite3")
    await operator.put_back(rest, keys)
    (var / "restoring").write_text(json.dumps({"stage": "replaying", "backup": told["backup"]}), "utf-8")
    async with visited(operator.config_after) as again:
        assert await ids(again.deps, rooms.c.id) == set()
    assert not (var / "restoring").exists()


async def test_a_link_that_was_used_since_the_backup_is_not_open_again(operator: Operator) -> None:
    """Nobody can tell which were used, so all that were waiting end; a counsellor who was let go stays outside."""
    async with visited(operator.config) as house:
        coordinator = await house.coordinator("hagemann")
        link = await coordinator.invite("Frau Neu", "counsel")
        rest, keys = await operator.back_up()
        colleague = await house.counsellor("berger")
        await coordinator.let_go(colleague.account_id)
    await operator.put_back(rest, keys)
    async with operator.after(house) as again:
        with pytest.raises(Refused, match="invitation_invalid"):
            await again.newcomer("neu").accept_invitation(link)
        with pytest.raises(Refused, match="wrong_credentials"):
            await again.counsellor("berger")


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_backup_for_which_there_is_no_room_leaves_nothing_behind(operator: Operator) -> None:
    """As on a disk that is full: no file may grow beyond 100 KiB."""
    async with visited(operator.config):
        pass
    places = ("--to", str(operator.folder / "rest"), "--shares", str(operator.folder / "keys"))
    program = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (102400, 102400));"
    program += "from chatserver.cli import main; sys.exit(main())"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, "backup", *places),
        cwd=operator.folder,
        env=dict(os.environ),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE_S):
        said, complained = await process.communicate()
    assert (process.returncode, said) == (CANNOT_BE_USED, b"")
    assert complained.decode().endswith("run it again.\n")
    assert [one.name for half in ("rest", "keys") for one in (operator.folder / half).iterdir()] == ["lock", "lock"]


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_what_a_killed_backup_left_is_no_backup_and_goes_with_the_next(operator: Operator) -> None:
    """Its folder has not got its name, and two that are made at once wait for nobody: one is refused."""
    async with visited(operator.config):
        left = operator.folder / "rest" / "20261126T000000Z-0000.part"
        left.mkdir(parents=True)
        (left / "sprechraum.sqlite3").write_bytes(b"half")
        with pytest.raises(ConfigInvalid, match="no backup"):
            await operator.put_back(left, left)
        rest, _ = await operator.back_up()
    assert not left.exists()
    with closing(sqlite3.connect(rest / "sprechraum.sqlite3")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("SELECT count(*) FROM user_shares").fetchone() == (0,)
    assert "another place" in await refusal(operator.folder, "backup", "--to", "a", "--shares", "a")
    assert "no server's data" in await refusal(operator.folder, "backup", "--to", "a", "--shares", "b", var="none")


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_check_says_how_long_the_ledger_is_and_when_nobody_could_restore_with_it(operator: Operator) -> None:
    """Before it is needed."""
    async with visited(operator.config) as house:
        client, room = await enquire(house)
        await client.delete_thread(room.id)
    assert "ok       lines in the ledger: 1" in [one.line for one in await findings(operator.config)]
    with (operator.folder / "ledger" / FILE).open("ab") as file:
        file.write(b"something else\n")
    assert [one.line.split()[0] for one in await findings(operator.config) if one.bad] == ["damaged"]
