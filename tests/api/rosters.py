"""The next roster of an agency, as its root on paper allows: for what the newest roster demands of a room."""

from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Final

from sqlalchemy import insert

from chatserver.tables import duty_seeds
from chatserver.tables import rosters as stored_rosters
from crypto import (
    Revocation,
    Roster,
    RosterKey,
    kem_public_key,
    read_roster,
    seal_duty_seed,
    sign_roster,
    sign_roster_keys,
    to_ms,
)
from crypto.signing import signing_key
from tests.api.house import House
from tests.people import Counsellor

_ROOT_LINE: Final = "Root key (secret):"
_DAY_MS: Final = 24 * 60 * 60 * 1000


@dataclass(slots=True)
class Keeper:
    """Somebody with the root key of one agency, who signs its next rosters past all pages."""

    house: House
    counsellor: Counsellor
    _seq: int = field(default=1, init=False)

    def _root_seed(self, name: str) -> bytes:
        page = self.house.deps.config.var / "paper" / f"{name.lower().replace(' ', '-')}.txt"
        (line,) = [one for one in page.read_text("utf-8").splitlines() if one.startswith(_ROOT_LINE)]
        return bytes.fromhex(line.removeprefix(_ROOT_LINE).replace(" ", ""))

    async def sign(self, agency: str, *, revoke: bytes | None = None, new_duty_key: bool = False) -> Roster:
        """Signs and stores it; a new duty key is sealed to everybody who keeps the capability."""
        before = await self.counsellor.fetch_roster(agency, self.counsellor.root)
        now, roster_seed = to_ms(self.house.now()), token_bytes(32)
        generation, kem_pk, seed = before.duty_generation, before.duty_kem_pk, token_bytes(32)
        if new_duty_key:
            generation, kem_pk = generation + 1, kem_public_key(seed)
        self._seq += 1
        key = RosterKey(signing_key(roster_seed), before.certificates[0].fingerprint, now - _DAY_MS, now + _DAY_MS)
        raw = sign_roster(
            roster_seed,
            root=before.root,
            roster_keys=sign_roster_keys(self._root_seed(before.agency_name), before.root, self._seq, [key]),
            number=before.number + 1,
            previous=before.hash,
            issued_at=now,
            agency_name=before.agency_name,
            duty_generation=generation,
            duty_kem_pk=kem_pk,
            certificates=[one for one in before.certificates if one.fingerprint != revoke],
            revocations=[*before.revocations, *([Revocation(revoke, now, "left")] if revoke else [])],
        )
        await self._store(agency, raw, generation)
        signed = await self.counsellor.fetch_roster(agency, self.counsellor.root)
        if new_duty_key:
            await self._hand_out(agency, signed, seed)
        return signed

    async def _store(self, agency: str, raw: bytes, generation: int) -> None:
        signed = read_roster(raw, self.counsellor.root)
        row = {
            "agency_id": agency,
            "number": signed.number,
            "hash": signed.hash,
            "roster": raw,
            "duty_generation": generation,
            "stored_at": self.house.now(),
        }
        async with self.house.deps.database.write() as db:
            await db.execute(insert(stored_rosters).values(**row))

    async def _hand_out(self, agency: str, signed: Roster, seed: bytes) -> None:
        for one in signed.certificates:
            if "duty" not in one.capabilities:
                continue
            sealed = seal_duty_seed(
                seed, signed.root_fingerprint, signed.duty_generation, one.fingerprint, one.statement.kem_pk
            )
            row = {
                "agency_id": agency,
                "generation": signed.duty_generation,
                "holder_id": one.user_id.hex(),
                "sealed": sealed,
            }
            async with self.house.deps.database.write() as db:
                await db.execute(insert(duty_seeds).values(**row))
