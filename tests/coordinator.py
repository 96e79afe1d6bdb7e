"""Somebody who keeps an agency's roster: founds it, invites, certifies, renews, lets go."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from chatserver.accounts.wire import Admitted, Me
from chatserver.agencies.wire import SealedSeed
from chatserver.departures.wire import Departed, Departure, HandOver, LetGo, ReadDeparture, RenewColleague, Renewed
from chatserver.foundings.wire import FoundAgency, LookAtFounding, PlannedAgency
from chatserver.invitations.wire import (
    Invitation,
    Invitations,
    InvitationWithdrawn,
    Invite,
    Invited,
    ListInvitations,
    WithdrawInvitation,
)
from chatserver.rosters.wire import PublishRoster, RosterPublished
from chatserver.wire.binary import to_base64url
from chatserver.wire.types import Capability
from crypto import Acceptance, DutySeed, InvitationLink, Roster, Vault, check_acceptance, new_invitation_link, to_ms
from crypto import Invited as Remembered
from crypto.errors import InvitationProofInvalid
from tests.next_roster import (
    RENEW_BEFORE,
    Changes,
    Founded,
    Paper,
    as_left,
    certificate_of,
    first_roster,
    holders_in,
    keys_with,
    keys_without,
    next_duty,
    next_roster,
    sealed_to,
)
from tests.people import Counsellor

ALL: tuple[Capability, ...] = ("coordinate", "counsel", "duty")


class Coordinator(Counsellor):
    """Hears when a promise is at risk, and signs who works here."""

    # -- founding

    async def look_at_founding(self, token: str) -> PlannedAgency:
        """What the operator has planned."""
        return await self.browser.post("/api/foundings/look", LookAtFounding(token), PlannedAgency)

    async def found_agency(self, token: str, display_name: str, capabilities: tuple[Capability, ...] = ALL) -> Paper:
        """Founds the agency that the link is for, and gives what is to be printed."""
        founding, made = await self.prepare_founding(token, display_name, capabilities)
        await self.send_founding(founding)
        return made.paper

    async def prepare_founding(
        self, token: str, display_name: str, capabilities: tuple[Capability, ...] = ALL
    ) -> tuple[FoundAgency, Founded]:
        """Makes every key; nothing is sent but questions."""
        plan = await self.look_at_founding(token)
        made: list[Founded] = []

        def fill(vault: Vault) -> None:
            founded = first_roster(vault.identity, display_name, capabilities, plan.name, self.now())
            root = founded.roster.root_fingerprint
            vault.keep("name", b"", display_name.encode())
            vault.pin_root(root, "compared", founded.roster.pin)
            vault.keep_secret("roster_key", root, founded.roster_seed)
            vault.keep_duty_seed(founded.duty)
            made.append(founded)

        account = await self.prepare_account(fill)
        seeds = [sealed_to(made[0].duty, one) for one in holders_in(made[0].roster)]
        return FoundAgency(token, account, made[0].roster.raw, seeds), made[0]

    async def send_founding(self, founding: FoundAgency) -> Me:
        """Sends what was prepared; sending it again signs in."""
        self.me = (await self.admitted(await self.browser.post("/api/foundings", founding, Admitted))).me
        return self.me

    async def log_in(self) -> Me:
        """As every counsellor; and a roster that has few days left is signed anew."""
        me = await super().log_in()
        if self.roster_seed is not None and (await self.own_agency()).certified:
            roster = await self.newest_roster()
            if roster.expires_at - to_ms(self.now()) < RENEW_BEFORE.total_seconds() * 1000:
                await self.renew()
        return me

    def duty_seeds(self) -> list[DutySeed]:
        """Also one that was made here and had nobody to be sealed to yet."""
        listed = super().duty_seeds()
        generations = {one.generation for one in listed}
        return [*listed, *(one for one in self.vault.duty_seeds() if one.generation not in generations)]

    # -- inviting

    async def invite(self, display_name: str, *capabilities: Capability, renews: str | None = None) -> str:
        """The fragment of a link, which goes to the person by another way than this server."""
        link = new_invitation_link(self.root)
        await self.send_invitation(link, display_name, *capabilities, renews=renews)
        return to_base64url(link.raw)

    async def send_invitation(
        self, link: InvitationLink, display_name: str, *capabilities: Capability, renews: str | None = None
    ) -> Invited:
        """The vault remembers it first: a link whose secret is lost could never be checked."""
        token_hash = sha256(link.token).digest()
        remembered = Remembered(link.secret, display_name, frozenset(capabilities))
        self.vault.keep_invitation(token_hash[:16], remembered)
        await self.save_vault()
        wish = Invite(token_hash, display_name, list(capabilities), renews)
        return await self.browser.post("/api/agency/invitations", wish, Invited)

    async def invitations(self) -> list[Invitation]:
        """Those whose people are not certified yet."""
        return (await self.browser.get("/api/agency/invitations", ListInvitations(), Invitations)).invitations

    async def withdraw(self, invitation: str) -> None:
        """The link is worth nothing any more."""
        path = "/api/agency/invitations/{id}/withdraw"
        await self.browser.post(path, WithdrawInvitation(invitation), InvitationWithdrawn)

    # -- the roster

    @property
    def roster_seed(self) -> bytes | None:
        """The key that signs rosters."""
        return self.vault.secret("roster_key", self.root)

    async def newest_roster(self) -> Roster:
        """That of one's own agency, verified."""
        return await self.fetch_roster((await self.own_agency()).agency.id, self.root)

    async def certify(self, invitation: Invitation, paper: Paper | None = None) -> RosterPublished:
        """Checks whose keys have come, and puts the person on the roster. A coordinator needs the root's paper."""
        roster, _ = await self.prepare_certificate(invitation, paper)
        done = await self.publish(roster, [])
        self.vault.drop_invitation(bytes.fromhex(invitation.id))
        await self.save_vault()
        await self.seal_missing_seeds()
        return done

    async def prepare_certificate(
        self, invitation: Invitation, paper: Paper | None = None
    ) -> tuple[Roster, Acceptance]:
        """The roster with this person. Raises InvitationProofInvalid for keys that somebody exchanged (T14, T50)."""
        remembered = self.vault.invitation(bytes.fromhex(invitation.id))
        came = invitation.accepted
        if remembered is None or came is None:
            raise InvitationProofInvalid
        who = Acceptance(came.signing_key, came.kem_statement, came.roster_key or b"", remembered.display_name)
        check_acceptance(InvitationLink(remembered.secret, self.root), who, came.proof)
        before = await self.newest_roster()
        listed = certificate_of(who.ed_pk, who.kem_statement, who.display_name, remembered.capabilities, self.now())
        keys = None
        if who.roster_pk and paper is not None:
            keys = keys_with(paper, before, who.roster_pk, listed.fingerprint, self.now())
        return self.sign(before, Changes(certify=[listed], roster_keys=keys)), who

    def sign(self, before: Roster, changes: Changes) -> Roster:
        """The next roster; nothing is sent."""
        if self.roster_seed is None:
            raise RuntimeError(f"{self.name} keeps no roster")
        return next_roster(before, self.roster_seed, changes, self.now())

    async def publish(self, roster: Roster, seeds: list[SealedSeed]) -> RosterPublished:
        """Sends a roster."""
        return await self.browser.post("/api/agency/rosters", PublishRoster(roster.raw, seeds), RosterPublished)

    async def renew(self) -> RosterPublished:
        """The same people for another 35 days."""
        return await self.publish(self.sign(await self.newest_roster(), Changes()), [])

    # -- leaving

    async def departure_of(self, account: str) -> Departure:
        """What would have to be handed over."""
        return await self.browser.get("/api/agency/departures/{account}", ReadDeparture(account), Departure)

    async def let_go(
        self, account: str, hand_over: Mapping[str, str] | None = None, paper: Paper | None = None
    ) -> Departed:
        """Revokes, re-keys, hands over: room to account. Whoever keeps the roster needs the root's paper to go."""
        return await self.send_departure(await self.prepare_departure(account, hand_over, paper))

    async def prepare_departure(
        self, account: str, hand_over: Mapping[str, str] | None = None, paper: Paper | None = None
    ) -> LetGo:
        """The roster that revokes the person, with the next duty key sealed to everybody who stays."""
        before = await self.newest_roster()
        gone = next(one for one in before.certificates if one.user_id.hex() == account)
        duty = next_duty(before) if "duty" in gone.capabilities else None
        keys = keys_without(paper, before, gone.fingerprint) if paper is not None else None
        roster = self.sign(before, Changes(revoke=[as_left(gone, self.now())], roster_keys=keys, duty=duty))
        seeds = [sealed_to(duty, one) for one in holders_in(roster)] if duty else []
        return LetGo(account, roster.raw, seeds, [HandOver(room, to) for room, to in (hand_over or {}).items()])

    async def send_departure(self, wish: LetGo) -> Departed:
        """Sends what was prepared; sending it again changes nothing."""
        return await self.browser.post("/api/agency/departures", wish, Departed)

    # -- new keys

    async def renew_colleague(self, invitation: Invitation, paper: Paper | None = None) -> Renewed:
        """Puts the keys that have come in the place of the old ones."""
        done = await self.send_renewal(await self.prepare_renewal(invitation, paper))
        await self.seal_missing_seeds()
        return done

    async def prepare_renewal(self, invitation: Invitation, paper: Paper | None = None) -> RenewColleague:
        """One roster that certifies the new keys and revokes the old, with the next duty key for all who hold it."""
        certified, who = await self.prepare_certificate(invitation)
        before = await self.newest_roster()
        gone = next(one for one in before.certificates if one.user_id.hex() == invitation.renews)
        fresh = next(one for one in certified.certificates if one.ed_pk == who.ed_pk)
        keys = None
        if paper is not None:
            keys = keys_with(paper, before, who.roster_pk, fresh.fingerprint, self.now(), instead_of=gone.fingerprint)
        duty = next_duty(before) if "duty" in gone.capabilities else None
        changes = Changes(certify=[fresh], revoke=[as_left(gone, self.now())], roster_keys=keys, duty=duty)
        roster = self.sign(before, changes)
        seeds = [sealed_to(duty, one) for one in holders_in(roster)] if duty else []
        return RenewColleague(gone.user_id.hex(), fresh.user_id.hex(), roster.raw, seeds)

    async def send_renewal(self, wish: RenewColleague) -> Renewed:
        """Sends what was prepared; sending it again changes nothing."""
        return await self.browser.post("/api/agency/renewals", wish, Renewed)
