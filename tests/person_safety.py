"""Whether the people in a room are who they were, and who they say they are: pins, safety numbers, alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crypto import Commit, KemStatement, Member, Reader, Rekey, Verdict, safety_number
from crypto.errors import KemStatementStale, PinsContradict

if TYPE_CHECKING:
    from tests.person import Person

_MARKS = ("forked", "rolled_back", "commitment_failed", "roster_outdated", "gap_before")


class KnowingRoom:
    """What Room is, as far as its people are concerned."""

    person: Person
    reader: Reader
    verdicts: dict[int, Verdict]

    @property
    def others(self) -> list[Member]:
        """Everybody else who can read here, without the duty key, which is nobody."""
        me = self.person.identity.fingerprint
        return [one for one in self.reader.members.values() if one.ed_pk and one.fingerprint != me]

    def safety_number(self, fingerprint: bytes) -> str:
        """The 60 digits that both read to each other."""
        return safety_number(self.person.identity.fingerprint, fingerprint)

    async def meet(self) -> list[bytes]:
        """Pins everybody as first seen. Gives the fingerprints of those whose keys contradict their pin (T13)."""
        strangers = [one.fingerprint for one in self.others if not self._pin(one, verified=False)]
        await self.person.save_vault()
        return strangers

    async def compared(self, fingerprint: bytes, *, equal: bool = True) -> None:
        """Whether the numbers were equal: this holds at every later log-in, too."""
        member = self.reader.members[fingerprint]
        self._pin(member, verified=equal)
        self.person.vault.keep_judgement(member.user_id or b"", equal=equal)
        await self.person.save_vault()

    @property
    def unequal(self) -> list[bytes]:
        """The fingerprints of those with whom the numbers were not equal the last time."""
        pins = {one.fingerprint: self.person.vault.person(one.user_id or b"") for one in self.others}
        return [fingerprint for fingerprint, pin in pins.items() if pin is not None and pin.unequal]

    def is_verified(self, fingerprint: bytes) -> bool:
        """Somebody here with whom the numbers were compared."""
        user_id = self.reader.members[fingerprint].user_id
        pinned = None if user_id is None else self.person.vault.person(user_id)
        return pinned is not None and pinned.verified

    @property
    def alarms(self) -> list[str]:
        """What has been found out about the room and must not be passed over, in the order in which it was read."""
        found = [code for _, one in sorted(self.verdicts.items()) for code in _alarms_in(one)]
        return list(dict.fromkeys(found))

    def _pin(self, member: Member, *, verified: bool) -> bool:
        statement = KemStatement(member.user_id or b"", member.kem_seq, member.kem_pk, b"")
        try:
            self.person.vault.pin_person(member.ed_pk, statement, verified=verified)
        except (KemStatementStale, PinsContradict):
            return False
        return True


def _alarms_in(verdict: Verdict) -> list[str]:
    found = [mark for mark in _MARKS if mark in verdict.marks]
    if verdict.kind == "conflict":
        found.append("conflict")
    entry = verdict.entry
    if isinstance(entry, Commit) and any(isinstance(one, Rekey) for one in entry.changes):
        found.append("new_identity")
    return found
