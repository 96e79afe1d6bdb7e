"""What all people have in common: a browser, a password, a vault, and a book of rosters that they have verified."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from types import TracebackType
from typing import ClassVar, Literal, Self

from chatserver.accounts.wire import (
    Admitted,
    AskPasswordParameters,
    IssueShare,
    LoggedOut,
    LogIn,
    LogOut,
    Me,
    PasswordParameters,
    SetUp,
    ShareIssued,
    ShowFactor,
    SignedIn,
)
from chatserver.agencies.wire import ReadRoster, StoredRoster
from chatserver.factors.wire import AddFactor, FactorAsked, FactorOffered
from chatserver.notices.wire import ListNotices, Notice, Notices, NoticesSeen, SeeNotices
from chatserver.rooms.wire import Items, Since
from chatserver.sessions.wire import AskStepUp, SteppedUp
from chatserver.threads.wire import ListThreads, ReadThread, Thread, Threads
from chatserver.vault.wire import Keyring, ReadKeyring, ReadVault, StoredVault, VaultWritten
from crypto import (
    DutySeed,
    Identity,
    PasswordKeys,
    Reader,
    Roster,
    RosterBook,
    Vault,
    check_pin,
    derive,
    open_vault,
    read_genesis,
    read_roster,
)
from crypto.errors import RootMismatch
from tests.codes import next_code
from tests.passkeys import Passkey
from tests.person_room import Room
from tests.person_web import Browser, Refused
from tests.vault_on_the_wire import from_the_wire, on_the_wire


@lru_cache(maxsize=512)
def _derived(password: str, name: str, salt: bytes, suite: int) -> PasswordKeys:
    """64 MiB of Argon2id, once per person and test run."""
    return derive(password, name, salt, suite)


def _machine_clock() -> datetime:
    return datetime.now(UTC)


class Person:
    """Somebody with a user name and a password, and nothing else until they sign up or log in."""

    usual_clock: ClassVar[str] = "none"

    def __init__(self, name: str, password: str, url: str, now: Callable[[], datetime] = _machine_clock) -> None:
        self.name, self.password, self.now = name, password, now
        self.browser = Browser(url, self.step_up)
        self.passkey = Passkey.of(name)
        self.spare_codes: list[str] = []
        self.rosters = RosterBook()
        self.recovery_code = ""
        self.me: Me | None = None
        self._vault: Vault | None = None
        self._share = self._user_id = b""
        self._known_version = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the browser; nothing is kept."""
        await self.browser.close()

    def elsewhere(self) -> Self:
        """The same person at another, empty browser, with their name, their password, and their code on paper."""
        there = type(self)(self.name, self.password, self.browser.url, self.now)
        there.recovery_code, there.spare_codes, there.passkey = self.recovery_code, self.spare_codes, self.passkey
        return there

    @property
    def vault(self) -> Vault:
        """One's own vault, once it is open."""
        if self._vault is None:
            raise RuntimeError(f"{self.name} is not logged in")
        return self._vault

    @property
    def share(self) -> bytes:
        """The server's share, without which no slot of the vault opens."""
        return self._share

    @property
    def identity(self) -> Identity:
        """One's own keys."""
        return self.vault.identity

    @property
    def account_id(self) -> str:
        """One's own id, as on the wire."""
        return self.identity.user_id.hex()

    async def keys(self, password: str | None = None) -> PasswordKeys:
        """Asks for salt and suite, and derives. Raises PasswordSuiteUnknown for one that no client accepts (T1)."""
        password = self.password if password is None else password
        asked = AskPasswordParameters(self.name)
        told = await self.browser.get("/api/password-parameters", asked, PasswordParameters)
        return await asyncio.to_thread(_derived, password, self.name, told.server_salt, told.password_suite)

    async def log_in(self) -> Me:
        """Name and password in, vault open."""
        keys = await self.keys()
        signed_in = await self.admitted(await self.half_log_in())
        stored = await self.browser.get("/api/vault", ReadVault(), StoredVault)
        user_id = bytes.fromhex(signed_in.me.account_id)
        self.me, self._share, self._user_id = signed_in.me, signed_in.user_share, user_id
        self._vault = self.open_stored(stored, keys.wrap, self._known_version)
        self._known_version = self._vault.version
        return signed_in.me

    async def half_log_in(self) -> Admitted:
        """Name and password only."""
        keys = await self.keys()
        return await self.browser.post("/api/login", LogIn(self.name, keys.auth), Admitted)

    async def admitted(self, answer: Admitted) -> SignedIn:
        """What comes after the password: nothing for a client, a passkey for whoever works here."""
        if answer.offered is not None:
            return await self.set_up(self.new_passkey(answer.offered))
        if answer.asked is not None:
            return await self.browser.post("/api/login/factor", self.shown(answer.asked), SignedIn)
        if answer.signed_in is None:
            raise RuntimeError("the server answered nothing")
        return answer.signed_in

    def shown(self, asked: FactorAsked) -> ShowFactor:
        """One's own passkey, for this question; a code where the server knows none of it."""
        if self.passkey.credential_id in asked.passkeys:
            return ShowFactor(asked.ticket, passkey=self.passkey.shown(asked, self.browser.url))
        return ShowFactor(asked.ticket, code=next_code(self.browser.url, self.name, self.now()))

    def new_passkey(self, offered: FactorOffered) -> AddFactor:
        """One's own passkey, set up."""
        return AddFactor(offered.ticket, "Schlüssel", passkey=self.passkey.made(offered, self.browser.url))

    async def set_up(self, wish: AddFactor) -> SignedIn:
        """The first second factor. Spare codes go on paper."""
        done = await self.browser.post("/api/login/set-up", wish, SetUp)
        self.spare_codes = done.spare_codes
        return done.signed_in

    async def step_up(self) -> None:
        """Shows the passkey once more, as a page does that is asked for it."""
        asked = await self.browser.post("/api/step-up/ask", AskStepUp(), FactorAsked)
        await self.browser.post("/api/step-up", self.shown(asked), SteppedUp)

    def open_stored(self, stored: StoredVault, wrap: bytes, known_version: int = 0) -> Vault:
        """Opens what the server keeps; nothing that this person has open changes. Raises VaultStale (T7)."""
        return open_vault(from_the_wire(stored), self._user_id, wrap, self._share, known_version=known_version)

    async def stored_vault(self) -> StoredVault:
        """What the server keeps."""
        return await self.browser.get("/api/vault", ReadVault(), StoredVault)

    async def log_out(self) -> None:
        """Ends the session; keys are forgotten."""
        await self.browser.post("/api/logout", LogOut(), LoggedOut)
        self.me = self._vault = None

    async def save_vault(self) -> None:
        """Writes the vault. If another browser was quicker: takes over what it wrote, and writes again."""
        try:
            await self._put_vault()
        except Refused as refused:
            if refused.code != "vault_conflict":
                raise
            keys = await self.keys()
            stored = await self.browser.get("/api/vault", ReadVault(), StoredVault)
            self.vault.merge(self.open_stored(stored, keys.wrap))
            await self._put_vault()

    async def _put_vault(self) -> None:
        await self.browser.put("/api/vault", on_the_wire(self.vault.seal()), VaultWritten)
        self._known_version = self.vault.version

    async def draw_share(self, purpose: Literal["user", "room"], agency: str | None = None) -> ShareIssued:
        """32 server bytes and their ticket."""
        return await self.browser.post("/api/shares", IssueShare(purpose, agency), ShareIssued)

    async def connect(self) -> None:
        """Opens the Socket.IO connection."""
        await self.browser.connect()

    async def threads(self) -> list[Thread]:
        """One's own threads."""
        return (await self.browser.get("/api/threads", ListThreads(), Threads)).threads

    async def thread(self, room: str) -> Thread:
        """One of one's own threads."""
        return await self.browser.get("/api/threads/{room}", ReadThread(room), Thread)

    async def open(self, room: str) -> Room:
        """Opens a thread and reads it from the start, verifying everything."""
        thread = await self.thread(room)
        first = await self.browser.get("/api/rooms/{room}/items", Since(room, 0, 1), Items)
        root = read_genesis(first.items[0].envelope).root_fingerprint
        if self.vault.root(root) is None:
            raise RootMismatch
        await self.fetch_roster(thread.agency, root)
        keyring = await self.browser.get("/api/keyring/{room}", ReadKeyring(room), Keyring)
        opened = Room(self, thread, self.reader(room, thread.room_share, root, keyring))
        await opened.read()
        return opened

    def reader(
        self,
        room: str,
        share: bytes,
        root: bytes,
        keyring: Keyring | None = None,
        secrets: Mapping[int, bytes] | None = None,
    ) -> Reader:
        """A reader of one room with everything that this person has."""
        return Reader(
            bytes.fromhex(room),
            book=self.rosters,
            room_share=share,
            me=self.identity,
            earlier_kem_seeds=self.vault.earlier_kem_seeds,
            root_fingerprint=root,
            duty_seeds=self.duty_seeds(),
            keyring_key=self.vault.keyring_key,
            checkpoint=self.vault.checkpoint(bytes.fromhex(room)),
            kept={one.epoch: one.sealed for one in keyring.entries} if keyring else {},
            secrets=secrets,
        )

    def duty_seeds(self) -> list[DutySeed]:
        """Clients have none."""
        return []

    async def fetch_roster(self, agency: str, root: bytes, number: int | None = None) -> Roster:
        """Fetches a roster and verifies it against the root that the vault has pinned; the newest raises the pin."""
        stored = await self.browser.get("/api/agencies/{agency}/roster", ReadRoster(agency, number), StoredRoster)
        roster = read_roster(stored.roster, root)
        if number is None:
            self.pin(roster)
        self.rosters.add(roster)
        return roster

    def pin(self, roster: Roster) -> None:
        """Raises the vault's pin, or makes it at a first contact. Refuses an older roster, and a second version."""
        known = self.vault.root(roster.root_fingerprint)
        pin = check_pin(roster, known.roster if known else None)
        self.vault.pin_root(roster.root_fingerprint, "first_contact", pin)

    async def notices(self) -> list[Notice]:
        """What one is told, newest first."""
        return (await self.browser.get("/api/notices", ListNotices(), Notices)).notices

    async def see_notices(self, up_to: int) -> None:
        """Has looked at them."""
        await self.browser.post("/api/notices/seen", SeeNotices(up_to), NoticesSeen)
