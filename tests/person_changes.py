"""Changes of who reads a room, and with which keys, as any client makes them: one wins, others start again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from chatserver.threads.wire import CommitPosted, PostCommit, Thread
from crypto import (
    Add,
    Change,
    Close,
    DutyChange,
    HistoryGrant,
    KeyChange,
    Member,
    Reader,
    Remove,
    Rotate,
    StandbyOff,
    StandbyOn,
    Verdict,
    counsellor_member,
    make_commit,
    overdue_changes,
    own_key_change,
    read_commit,
    seal_grant,
    to_ms,
    with_own_key,
)
from tests.person_web import Refused

if TYPE_CHECKING:
    from tests.person import Person

ATTEMPTS = 5
# Somebody else was first, or a roster is newer than the one at hand: the same is tried again, made anew.
AGAIN = ("commit_outdated", "transcript_mismatch", "roster_stale", "member_revoked", "duty_outdated", "roster_missing")
Wish = Callable[[], Sequence[Change]]


class ChangingRoom:
    """What Room is, as far as its members and keys are concerned."""

    id: str
    person: Person
    thread: Thread
    reader: Reader
    verdicts: dict[int, Verdict]

    async def read(self) -> list[str]:
        """Fetches and verifies what is new."""
        raise NotImplementedError

    async def change(self, *changes: Change, joining: Sequence[Member] = ()) -> CommitPosted:
        """Changes members or keys; whoever was not first starts again. Raises what server or protocol refuses."""
        posted = await self.carry_out(lambda: changes, joining)
        if posted is None:
            raise ValueError("no change is no commit")
        return posted

    async def carry_out(self, wish: Wish, joining: Sequence[Member] = ()) -> CommitPosted | None:
        """One commit that does what is wished for, and what the newest roster demands (T10, T41); None for no wish.

        When somebody else came first, it is looked at again with what they changed, and made anew with a fresh secret.
        """
        for attempt in range(1, ATTEMPTS + 1):
            changes = self._with_overdue(wish())
            if not changes:
                return None
            try:
                return await self.send_change(self.prepare_change(*changes, joining=joining))
            except Refused as refused:
                if attempt == ATTEMPTS or refused.code not in AGAIN:
                    raise
            await self.person.fetch_roster(self.thread.agency, self.reader.log.root_fingerprint)
            await self.read()
        return None

    def overdue(self) -> list[Change]:
        """What the newest roster that this person has demands before anybody writes, and their own newest key."""
        own = own_key_change(self.reader.log, self.person.identity)
        demanded = overdue_changes(self.reader.log, self.person.rosters, to_ms(self.person.now()))
        return demanded if own is None else [*demanded, own]

    def _with_overdue(self, wished: Sequence[Change]) -> list[Change]:
        gone = {one.fingerprint for one in wished if isinstance(one, Remove)}
        off = any(isinstance(one, StandbyOff) for one in wished)
        needless = {"duty"} if off or any(isinstance(one, DutyChange) for one in wished) else set()
        demanded = [
            one
            for one in self.overdue()
            if not (isinstance(one, Remove) and one.fingerprint in gone)
            and not (isinstance(one, DutyChange) and needless)
        ]
        return [*demanded, *wished]

    def prepare_change(self, *changes: Change, joining: Sequence[Member] = ()) -> PostCommit:
        """The signed commit that would do this; nothing is sent."""
        place, person = self.reader.place(), self.person
        if any(isinstance(one, KeyChange) for one in changes):
            joining = [*joining, with_own_key(self.reader.log, person.identity)]
        made = make_commit(
            self.reader.log,
            person.identity,
            changes,
            person.rosters,
            self.thread.room_share,
            seen_pos=place.seen_pos,
            seen_th=place.seen_th,
            created_at=to_ms(person.now()),
            joining=joining,
        )
        return PostCommit(self.id, made.item)

    async def send_change(self, prepared: PostCommit) -> CommitPosted:
        """Sends what was prepared; sending it again changes nothing."""
        posted = await self.person.browser.post("/api/rooms/{room}/commits", prepared, CommitPosted)
        # Whoever has stepped out reads no further.
        if not self._left_by(prepared):
            await self.read()
        return posted

    def _left_by(self, prepared: PostCommit) -> bool:
        me = self.person.identity.fingerprint
        return all(member.fingerprint != me for member in read_commit(prepared.commit).members)

    async def rotate(self, reason: str) -> CommitPosted:
        """Fresh keys for the same people: what is written from now on no older key opens."""
        return await self.change(Rotate(reason))

    async def close(self, reason: str = "done") -> CommitPosted:
        """Ends the conversation until the client asks again."""
        return await self.change(Close(reason))

    async def standby_off(self) -> CommitPosted:
        """No colleague can step in any more."""
        return await self.change(StandbyOff())

    async def standby_on(self) -> CommitPosted:
        """A colleague can step in again."""
        return await self.change(StandbyOn())

    async def remove(self, fingerprint: bytes) -> CommitPosted:
        """This person reads nothing new from now on; oneself: steps out."""
        return await self.change(Remove(fingerprint))

    async def add_colleague(self, account_id: str, *, history: bool = False) -> CommitPosted:
        """Brings a colleague of the agency in; with `history` they read what was written before, too (T19)."""
        log = self.reader.log
        roster = await self.person.fetch_roster(self.thread.agency, log.root_fingerprint)
        (certificate,) = [one for one in roster.certificates if one.user_id.hex() == account_id]
        line = counsellor_member(certificate, roster.root_fingerprint)
        added = await self.carry_out(lambda: self._let_in(line, history=history), [line])
        if added is None:
            raise ValueError("this colleague is in the room already")
        return added

    def _let_in(self, line: Member, *, history: bool) -> list[Change]:
        if line.fingerprint in self.reader.members:
            return []
        return [Add(line.fingerprint), *([self.grant(line)] if history else [])]

    def grant(self, recipient: Member, since: int = 1) -> HistoryGrant:
        """What was written from that epoch on, as far as one can read it, for somebody who came later."""
        keys, log, me = self.reader.keys, self.reader.log, self.person.identity
        wraps = (
            seal_grant(keys.epochs[epoch], secret, log, me, recipient)
            for epoch, secret in sorted(keys.secrets.items())
            if epoch >= since
        )
        return HistoryGrant(recipient.fingerprint, tuple(wraps))

    async def grant_history(self, fingerprint: bytes, since: int = 1) -> CommitPosted | None:
        """Lets a counsellor who is here already read what was written before they came."""
        return await self.carry_out(lambda: [self.grant(self.reader.members[fingerprint], since)])

    async def read_again(self) -> list[str]:
        """From the start, with all keys that were found meanwhile: a grant opens what was sealed before."""
        person, old = self.person, self.reader
        secrets = old.secrets
        self.reader = person.reader(self.id, self.thread.room_share, old.log.root_fingerprint, secrets=secrets)
        self.verdicts.clear()
        return await self.read()
