"""The first entry of a room: made by the client, readable by them and the standby. docs/protocol.md section 7."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crypto import labels
from crypto.chance import CHANCE, Chance
from crypto.encoding import ZERO32, ascending, each, labelled, lp, read_u64, sized, u64
from crypto.epochs import Epoch, EpochTerms, seal_epoch
from crypto.errors import DutyOutdated, Malformed, RosterForked, SuiteUnknown
from crypto.hashing import SUITE, digest
from crypto.identity import Identity
from crypto.items import check_kind, item_form, item_id
from crypto.members import Member, check_members, client_member, duty_member, members_hash, read_member, sorted_members
from crypto.roster import Roster
from crypto.sealing import WRAP_SIZE
from crypto.signing import read_object, sign_object, verify

_MOST_HELPERS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Genesis:
    """A genesis whose form, keys and signature are right. `created_at` in ms UTC."""

    id: bytes
    room: bytes
    client: Member
    duty: Member
    members: tuple[Member, ...]
    root_fingerprint: bytes
    helper_roots: tuple[bytes, ...]
    roster_number: int
    roster_hash: bytes
    created_at: int
    epoch: Epoch
    wraps: tuple[bytes, ...]

    @property
    def client_fingerprint(self) -> bytes:
        return self.client.fingerprint

    @property
    def client_user_id(self) -> bytes:
        user_id = self.client.user_id
        assert user_id is not None  # noqa: S101 - a client always has a signing key
        return user_id

    @property
    def duty_generation(self) -> int:
        return self.duty.generation


@dataclass(frozen=True, slots=True)
class MadeGenesis:
    """The item to store at position 1, and the first epoch's secret."""

    room: bytes
    item: bytes
    secret: bytes


def room_of(core: bytes) -> bytes:
    """16 bytes from everything but the wraps (T49)."""
    return digest(labels.ROOM, core)[:16]


def make_genesis(
    client: Identity,
    roster: Roster,
    room_share: bytes,
    created_at: int,
    helper_roots: Sequence[bytes] = (),
    *,
    chance: Chance = CHANCE,
) -> MadeGenesis:
    """A new room of this client with the agency of the roster."""
    me, duty = client_member(client.ed_pk, client.kem_statement), duty_member(roster)
    core = lp(
        labels.GENESIS_CORE,
        u64(SUITE),
        client.ed_pk,
        client.kem_statement,
        roster.root_fingerprint,
        lp(*sorted(set(helper_roots) - {roster.root_fingerprint})),
        u64(roster.number),
        roster.hash,
        u64(roster.duty_generation),
        roster.duty_kem_pk,
        u64(created_at),
        chance.draw(32),
    )
    room, members, secret = room_of(core), sorted_members((me, duty)), chance.draw(32)
    kc, wraps = seal_epoch(EpochTerms(room, 1, ZERO32, members_hash(members)), members, secret, room_share, chance)
    return MadeGenesis(room, sign_object(client.ed_seed, lp(labels.GENESIS, core, kc, lp(*wraps))), secret)


def read_genesis(item: bytes) -> Genesis:
    """Raises EnvelopeTooLarge, EnvelopeBroken, SuiteUnknown, KeyInvalid, SignatureInvalid."""
    check_kind(item, "genesis")
    with item_form():
        return _read(item)


def _read(item: bytes) -> Genesis:
    body, signature, (core, kc, wrap_list) = read_object(item, labels.GENESIS, 3)
    suite, ed_pk, statement, root, helper_list, number, hashed, generation, duty_pk, created_at, salt = labelled(
        core, labels.GENESIS_CORE, 11
    )
    sized(ed_pk, 32), sized(root, 32), sized(hashed, 32), sized(salt, 32), sized(kc, 32)
    helpers = each(helper_list, lambda one: sized(one, 32), _MOST_HELPERS)
    wraps = each(wrap_list, lambda one: sized(one, WRAP_SIZE), 2)
    if not ascending(helpers) or root in helpers or len(wraps) != 2:  # noqa: PLR2004 - client and duty key
        raise Malformed
    roster_number, made_at, _ = read_u64(number), read_u64(created_at), read_u64(generation)
    if read_u64(suite) != SUITE:
        raise SuiteUnknown
    client, duty = client_member(ed_pk, statement), read_member(lp(b"duty", generation, root, duty_pk))
    verify(ed_pk, signature, body)
    members, room = sorted_members((client, duty)), room_of(core)
    check_members(members)
    return Genesis(
        id=item_id(item),
        room=room,
        client=client,
        duty=duty,
        members=members,
        root_fingerprint=root,
        helper_roots=helpers,
        roster_number=roster_number,
        roster_hash=hashed,
        created_at=made_at,
        epoch=Epoch(EpochTerms(room, 1, ZERO32, members_hash(members)), kc, 1),
        wraps=wraps,
    )


def check_genesis_roster(genesis: Genesis, roster: Roster) -> None:
    """That the genesis names this roster and duty key, in time; raises RosterForked, RosterExpired, DutyOutdated."""
    named = (genesis.root_fingerprint, genesis.roster_number, genesis.roster_hash)
    if named != (roster.root_fingerprint, roster.number, roster.hash):
        raise RosterForked
    roster.check_good_at(genesis.created_at)
    if (genesis.duty.generation, genesis.duty.kem_pk) != (roster.duty_generation, roster.duty_kem_pk):
        raise DutyOutdated
