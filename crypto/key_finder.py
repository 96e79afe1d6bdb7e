"""Finding an epoch's key: given, kept, or wrapped for oneself or the duty key. docs/protocol.md section 6."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from crypto.changes import HistoryGrant
from crypto.commit import Commit
from crypto.duty import DutySeed
from crypto.epochs import Epoch, grant_info
from crypto.errors import CommitmentFailed, DoesNotDecrypt
from crypto.identity import Identity
from crypto.keyring import open_epoch_key, seal_epoch_key
from crypto.members import Member
from crypto.sealing import kem_public_key, open_secret


@dataclass(slots=True, kw_only=True)
class KeyFinder:
    """What a person opens with, and what has been opened. `kept`: sealed keyring entries, `secrets`: opened ones."""

    room_share: bytes = field(repr=False)
    me: Identity | None = None
    earlier_kem_seeds: Sequence[bytes] = field(default=(), repr=False)
    duty_seeds: Sequence[DutySeed] = ()
    keyring_key: bytes | None = field(default=None, repr=False)
    kept: Mapping[int, bytes] = field(default_factory=dict)
    secrets: dict[int, bytes] = field(default_factory=dict, repr=False)
    keys: dict[int, bytes] = field(default_factory=dict, repr=False)
    epochs: dict[int, Epoch] = field(default_factory=dict)
    unsaved: set[int] = field(default_factory=set)

    def begin(self, epoch: Epoch, members: Sequence[Member], wraps: Sequence[bytes]) -> bool:
        """Looks for the key of an epoch; False when something addressed to oneself fails its commitment (T16)."""
        self.epochs[epoch.terms.epoch] = epoch
        if self._from_memory(epoch):
            return True
        for secret in self._unwrapped(epoch, members, wraps):
            if self._keep(epoch, secret):
                self.unsaved.add(epoch.terms.epoch)
                return True
        return not any(self._is_for_me(member) for member in members)

    def _is_for_me(self, member: Member) -> bool:
        own = self.me is not None and member.fingerprint == self.me.fingerprint
        return own or any(_is_duty(duty, member) for duty in self.duty_seeds)

    def _keep(self, epoch: Epoch, secret: bytes) -> bool:
        try:
            key = epoch.key(secret, self.room_share)
        except CommitmentFailed:
            return False
        self.secrets[epoch.terms.epoch], self.keys[epoch.terms.epoch] = secret, key
        return True

    def _from_memory(self, epoch: Epoch) -> bool:
        number = epoch.terms.epoch
        given, sealed = self.secrets.get(number), self.kept.get(number)
        if given is not None and self._keep(epoch, given):
            return True
        if sealed is None or self.keyring_key is None or self.me is None:
            return False
        owner = self.me.user_id
        found = open_epoch_key(self.keyring_key, owner, epoch.terms.room, number, epoch.kc, sealed)
        return found is not None and self._keep(epoch, found)

    def _seeds_for(self, member: Member) -> Iterator[bytes]:
        if self.me is not None and member.fingerprint == self.me.fingerprint:
            yield from (seed for seed in (self.me.kem_seed, *self.earlier_kem_seeds) if _opens(seed, member))
        for duty in self.duty_seeds:
            if _is_duty(duty, member):
                yield duty.seed

    def _unwrapped(self, epoch: Epoch, members: Sequence[Member], wraps: Sequence[bytes]) -> Iterator[bytes]:
        for member, wrap in zip(members, wraps, strict=True):
            for seed in self._seeds_for(member):
                with suppress(CommitmentFailed):
                    yield epoch.unwrap(seed, wrap, member.fingerprint)

    def take_grants(self, commit: Commit) -> bool:
        """Opens what a history grant hands to oneself; reading again from the start then shows it (T19).

        False when something does not open or fails its commitment.
        """
        me = self.me
        if me is None:
            return True
        wraps = (
            grant
            for change in commit.changes
            if isinstance(change, HistoryGrant) and change.fingerprint == me.fingerprint
            for grant in change.grants
        )
        # A list first: each grant is tried, also after one that failed.
        opened = [self._take_grant(commit, number, wrap, me) for number, wrap in wraps]
        return all(opened)

    def _take_grant(self, commit: Commit, number: int, wrap: bytes, me: Identity) -> bool:
        old = self.epochs.get(number)
        if old is None or number in self.keys:
            return True
        info = grant_info(old, commit.log_prev, commit.signer, me.fingerprint)
        # The grant may be older than a change of one's own key.
        for seed in (me.kem_seed, *self.earlier_kem_seeds):
            with suppress(DoesNotDecrypt):
                if self._keep(old, open_secret(seed, wrap, info)):
                    self.unsaved.add(number)
                    return True
        return False

    def kept_for(self, keyring_key: bytes, owner: bytes) -> list[tuple[int, bytes]]:
        """Everything that can be opened, sealed for another vault: one's own, after a new identity."""
        return [
            (number, seal_epoch_key(keyring_key, owner, epoch.terms.room, number, epoch.kc, self.secrets[number]))
            for number, epoch in sorted(self.epochs.items())
            if number in self.keys
        ]

    def take_unsaved(self) -> list[tuple[int, bytes]]:
        """Sealed keyring entries of what was unwrapped since the last call."""
        if self.keyring_key is None or self.me is None:
            return []
        entries = []
        for number in sorted(self.unsaved):
            epoch = self.epochs[number]
            place = (self.me.user_id, epoch.terms.room, number, epoch.kc)
            entries.append((number, seal_epoch_key(self.keyring_key, *place, self.secrets[number])))
        self.unsaved.clear()
        return entries


def _is_duty(duty: DutySeed, member: Member) -> bool:
    return (member.role, member.root, member.generation) == ("duty", duty.root_fingerprint, duty.generation)


def _opens(seed: bytes, member: Member) -> bool:
    return kem_public_key(seed) == member.kem_pk
