"""The cast: people who use Sprechraum from Python as a browser would, over the real HTTP and Socket.IO API.

    async with Client("nachtfalter", "drei leise eulen im dachstuhl", url) as nachtfalter:
        await nachtfalter.sign_up()
        found = await nachtfalter.find_agency("addiction", "48147")
        room = await nachtfalter.write_enquiry(found.agency, "addiction", "Ich weiß nicht weiter.")

What they read is verified by crypto/reader.py, what they write is sealed before it leaves. They refuse weak passwords
themselves. The tests of the API and of faults, and the bench, use them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from secrets import token_bytes, token_hex
from typing import ClassVar

from chatserver.accounts.wire import Admitted, FreeNames, Me, OfferNames, SignedIn
from chatserver.agencies.wire import Agency, DutySeeds, FindAgency, ListDutySeeds, ResponsibleAgency
from chatserver.appointments.wire import (
    Appointment,
    Appointments,
    BeginLiveChat,
    BookSlot,
    Calendar,
    CancelAppointment,
    EndLiveChat,
    HoldSlot,
    ListAppointments,
    ListSlots,
    ReadCalendar,
    Slot,
    SlotHeld,
    Slots,
)
from chatserver.deletions.wire import DeleteAccount, Deleted, DeleteThread, Keys, ReadDeletion, ReadKeys
from chatserver.enquiries.wire import (
    Enquiry,
    EnquirySent,
    EnquiryTaken,
    Inbox,
    InboxLine,
    ReadEnquiry,
    ReadInbox,
    SendEnquiry,
    TakeEnquiry,
)
from chatserver.identities.wire import RenewedKey, RenewedRoom, RenewIdentity
from chatserver.invitations.wire import AcceptInvitation, LookAtInvitation, ShownInvitation
from chatserver.rooms.wire import RoomItem
from chatserver.rosters.wire import DutySeedsKept, KeepDutySeeds
from chatserver.staff.wire import ListStaff, OwnAgency, ReadOwnAgency, Staff
from chatserver.takeovers.wire import ReadSealed, SealedRoom, TakenOver, TakeOver
from chatserver.texts.wire import ReadText
from chatserver.texts.wire import Text as OperatorText
from chatserver.vault.wire import OpenAccount
from chatserver.wire.binary import from_base64url
from crypto import (
    Acceptance,
    Deletion,
    DutySeed,
    Identity,
    Reader,
    Text,
    Vault,
    Writer,
    check_strength,
    client_member,
    is_listed,
    make_commit,
    make_genesis,
    new_identity,
    new_recovery_code,
    new_vault,
    open_duty_seed,
    prove_acceptance,
    read_deletion,
    read_invitation_link,
    read_roster,
    recovery_keys,
    renewed_vault,
    sign_rekey,
    take_up,
    to_ms,
)
from crypto.errors import DutySeedInvalid, Malformed
from crypto.signing import signing_key
from tests.effort import effort_for
from tests.next_roster import holders_in, sealed_to
from tests.person_account import Keeping
from tests.person_room import Room
from tests.vault_on_the_wire import on_the_wire


class Talking(Keeping):
    """What both sides of a thread can do about appointments."""

    async def appointments(self) -> list[Appointment]:
        """One's own, as far as they are not long over."""
        return (await self.browser.get("/api/appointments", ListAppointments(), Appointments)).appointments

    async def cancel(self, appointment: str) -> Appointment:
        """Cancels."""
        path = "/api/appointments/{appointment}/cancel"
        return await self.browser.post(path, CancelAppointment(appointment), Appointment)

    async def begin_live_chat(self, appointment: str) -> Appointment:
        """Turns the room live."""
        path = "/api/appointments/{appointment}/begin"
        return await self.browser.post(path, BeginLiveChat(appointment), Appointment)

    async def end_live_chat(self, appointment: str) -> Appointment:
        """Ends the live chat; the thread goes on."""
        path = "/api/appointments/{appointment}/end"
        return await self.browser.post(path, EndLiveChat(appointment), Appointment)

    async def slots(self, room: str, *, since: datetime | None = None, until: datetime | None = None) -> Slots:
        """When the thread's counsellor has time for a chat."""
        asked = ListSlots(room, "chat", since, until)
        return await self.browser.get("/api/threads/{room}/slots", asked, Slots)

    async def prepare_account(self, fill: Callable[[Vault], None] | None = None) -> OpenAccount:
        """All that an account needs, with nothing sent but questions. Raises PasswordWeak.

        `fill` puts more into the vault before it is sealed for the first time.
        """
        check_strength(self.password, self.name)
        keys, identity, drawn = await self.keys(), new_identity(), await self.draw_share("user")
        self.recovery_code = new_recovery_code()
        recovery = recovery_keys(self.recovery_code)
        self._vault = new_vault(identity, keys.wrap, drawn.share, name=self.name, recovery_pk=recovery.pk)
        if fill is not None:
            fill(self._vault)
        self._share, self._user_id = drawn.share, identity.user_id
        return OpenAccount(
            name=self.name,
            auth=keys.auth,
            recovery_auth=recovery.auth,
            password_suite=1,
            signing_key=identity.ed_pk,
            kem_statement=identity.kem_statement,
            share_ticket=drawn.ticket,
            vault=on_the_wire(self._vault.seal()),
            effort=await effort_for(drawn),
        )


class Client(Talking):
    """Somebody who looks for help."""

    usual_clock: ClassVar[str] = "asks"

    async def free_names(self) -> list[str]:
        """Names that the server offers."""
        return (await self.browser.get("/api/names", OfferNames(), FreeNames)).names

    async def sign_up(self) -> Me:
        """Makes keys and a vault, and opens the account with them."""
        return await self.register(await self.prepare_account())

    async def register(self, account: OpenAccount) -> Me:
        """Sends what was prepared."""
        self.me = (await self.browser.post("/api/registration", account, SignedIn)).me
        return self.me

    async def find_agency(self, topic: str, postal_code: str) -> ResponsibleAgency:
        """Who would answer."""
        return await self.browser.get("/api/agencies/responsible", FindAgency(topic, postal_code), ResponsibleAgency)

    async def write_enquiry(self, agency: Agency, topic: str, text: str) -> Room:
        """The first message: room and clock come into being with it."""
        sent = await self.send_enquiry(await self.prepare_enquiry(agency, topic, text))
        await self.save_vault()
        return await self.open(sent.room)

    async def send_enquiry(self, enquiry: SendEnquiry) -> EnquirySent:
        """Sends what was prepared; sending it again changes nothing."""
        return await self.browser.post("/api/enquiries", enquiry, EnquirySent)

    async def prepare_enquiry(self, agency: Agency, topic: str, text: str, link: bytes | None = None) -> SendEnquiry:
        """Verifies the agency's roster, makes the room, seals the text.

        `link`: the fingerprint of the link by which somebody has come; without one the server's word counts (T39).
        """
        roster = read_roster(agency.roster, agency.root_fingerprint if link is None else link)
        now = to_ms(self.now())
        roster.check_good_at(now)
        self.pin(roster)
        self.rosters.add(roster)
        drawn = await self.draw_share("room", agency.id)
        made = make_genesis(self.identity, roster, drawn.share, now)
        reader = self.reader(made.room.hex(), drawn.share, roster.root_fingerprint)
        reader.push(1, made.item)
        sealed = Writer(self.identity).seal(reader.place(), Text(text), clock="asks", sent_at=now)
        agreed = (await self.browser.get("/api/texts/{text}", ReadText("consent"), OperatorText)).version
        return SendEnquiry(
            agency.id, topic, made.item, drawn.ticket, sealed.envelope, await effort_for(drawn), consent=agreed
        )

    async def renew_identity(self, password: str) -> Me:
        """New keys under the same name: for somebody whose vault another person may have opened."""
        return await self.send_identity(await self.prepare_identity(password))

    async def prepare_identity(self, password: str) -> RenewIdentity:
        """Everything that it needs, with nothing sent but questions."""
        check_strength(password, self.name)
        opened = [await self.open(one.room) for one in await self.threads()]
        present, identity, drawn = (await self.keys()).auth, new_identity(), await self.draw_share("user")
        keys = await self.keys(password)
        self.recovery_code = new_recovery_code()
        recovery = recovery_keys(self.recovery_code)
        renewed = renewed_vault(self.vault, identity, keys.wrap, drawn.share, recovery.pk)
        account = OpenAccount(
            name=self.name,
            auth=keys.auth,
            recovery_auth=recovery.auth,
            password_suite=1,
            signing_key=identity.ed_pk,
            kem_statement=identity.kem_statement,
            share_ticket=drawn.ticket,
            vault=on_the_wire(renewed.seal()),
        )
        self._renewed = (password, renewed, drawn.share)
        rooms = [self._renewed_room(one, identity, renewed.keyring_key) for one in opened]
        return RenewIdentity(present, account, rooms)

    async def send_identity(self, wish: RenewIdentity) -> Me:
        """Sends what was prepared, and goes on as the new identity."""
        self.me = (await self.browser.post("/api/identity", wish, SignedIn)).me
        self.password, self._vault, self._share = self._renewed
        self._user_id = self.identity.user_id
        return self.me

    def _renewed_room(self, room: Room, identity: Identity, keyring_key: bytes) -> RenewedRoom:
        """Both keys sign; the secrets of all epochs go into the new keyring."""
        place, log = room.reader.place(), room.reader.log
        made = make_commit(
            log,
            self.identity,
            [sign_rekey(log, self.identity, identity)],
            self.rosters,
            room.thread.room_share,
            seen_pos=place.seen_pos,
            seen_th=place.seen_th,
            created_at=to_ms(self.now()),
            joining=[client_member(identity.ed_pk, identity.kem_statement)],
        )
        kept = room.reader.kept_for(keyring_key, identity.user_id)
        return RenewedRoom(room.id, made.item, [RenewedKey(epoch, sealed) for epoch, sealed in kept])

    async def delete_thread(self, room: str) -> Deletion:
        """Deletes a thread for everybody; the certificate is checked with the server's key."""
        wish = DeleteThread(room, (await self.keys()).auth)
        return await self._checked(await self.browser.post("/api/threads/{room}/delete", wish, Deleted))

    async def delete_account(self) -> Deletion:
        """Deletes everything of this person."""
        wish = DeleteAccount((await self.keys()).auth)
        return await self._checked(await self.browser.post("/api/account/delete", wish, Deleted))

    async def certificate_of(self, subject: str) -> Deletion:
        """What anybody can ask who knows what was deleted."""
        found = await self.browser.get("/api/deletions/{subject}", ReadDeletion(subject), Deleted)
        return await self._checked(found)

    async def _checked(self, told: Deleted) -> Deletion:
        keys = await self.browser.get("/api/keys", ReadKeys(), Keys)
        return read_deletion(told.certificate, keys.receipt_key)

    async def hold(self, room: str, slot: Slot, request_id: str | None = None) -> SlotHeld:
        """Holds a slot for ten minutes."""
        wish = HoldSlot(room, "chat", slot.starts_at, request_id or token_hex(16))
        return await self.browser.post("/api/threads/{room}/holds", wish, SlotHeld)

    async def book(self, room: str, slot: Slot, request_id: str | None = None) -> Appointment:
        """Holds and books."""
        held = await self.hold(room, slot)
        wish = BookSlot(room, held.hold, request_id or token_hex(16))
        return await self.browser.post("/api/threads/{room}/appointments", wish, Appointment)


class Counsellor(Talking):
    """Somebody who works at an agency and holds its duty key."""

    usual_clock: ClassVar[str] = "answers"

    async def log_in(self) -> Me:
        """As everybody; then the duty seeds are opened and compared with the agency's roster."""
        me = await super().log_in()
        listed = await self.browser.get("/api/duty-seeds", ListDutySeeds(), DutySeeds)
        self._seeds = [open_duty_seed(one.sealed, self.identity, self.root) for one in listed.seeds]
        for agency in {one.agency for one in listed.seeds}:
            roster = await self.fetch_roster(agency, self.root)
            if not any(is_listed(seed, roster) for seed in self._seeds):
                raise DutySeedInvalid
        await self.seal_missing_seeds()
        return me

    async def accept_invitation(self, link: str) -> Me:
        """Comes to work at an agency: keys of one's own, proved with the link, and an account that waits."""
        return await self.send_acceptance(await self.prepare_acceptance(link))

    async def prepare_acceptance(self, link: str) -> AcceptInvitation:
        """Compares the agency with the link, makes keys and vault, proves them. Raises RootMismatch (T39)."""
        try:
            invited = read_invitation_link(from_base64url(link))
        except ValueError:
            raise Malformed from None
        asked = LookAtInvitation(invited.token)
        shown = await self.browser.post("/api/invitations/look", asked, ShownInvitation)
        roster = read_roster(shown.roster, invited.root_fingerprint)
        roster.check_good_at(to_ms(self.now()))
        roster_seed = token_bytes(32) if "coordinate" in shown.capabilities else None

        def fill(vault: Vault) -> None:
            vault.keep("name", b"", shown.display_name.encode())
            vault.pin_root(roster.root_fingerprint, "link", roster.pin)
            if roster_seed is not None:
                vault.keep_secret("roster_key", roster.root_fingerprint, roster_seed)

        account = await self.prepare_account(fill)
        roster_pk = signing_key(roster_seed) if roster_seed else b""
        mine = Acceptance(account.signing_key, account.kem_statement, roster_pk, shown.display_name)
        proof = prove_acceptance(invited, mine)
        return AcceptInvitation(invited.token, account, roster_pk or None, proof)

    async def send_acceptance(self, acceptance: AcceptInvitation) -> Me:
        """Sends what was prepared; sending it again signs in."""
        self.me = (await self.admitted(await self.browser.post("/api/invitations/accept", acceptance, Admitted))).me
        return self.me

    async def own_agency(self) -> OwnAgency:
        """Where one works, or waits to be certified."""
        return await self.browser.get("/api/agency", ReadOwnAgency(), OwnAgency)

    async def staff(self) -> Staff:
        """One's colleagues."""
        return await self.browser.get("/api/agency/staff", ListStaff(), Staff)

    async def seal_missing_seeds(self) -> int:
        """Seals what one holds of the duty key to colleagues who were certified for it and lack it."""
        held = {seed.generation: seed for seed in self.duty_seeds()}
        if not held:
            return 0
        staff = await self.staff()
        roster = await self.fetch_roster(staff.agency, self.root)
        holders = {one.user_id.hex(): one for one in holders_in(roster)}
        seeds = [
            sealed_to(held[generation], holders[one.account_id])
            for one in staff.people
            for generation in one.lacks
            if generation in held and one.account_id in holders
        ]
        if seeds:
            await self.browser.post("/api/duty-seeds", KeepDutySeeds(seeds), DutySeedsKept)
        return len(seeds)

    @property
    def root(self) -> bytes:
        """The fingerprint of one's own agency, known since one works there."""
        return self.vault.ids("root")[0]

    async def newcomers(self) -> list[str]:
        """Names of colleagues whose certificate was never shown before, by the signed roster alone (T50)."""
        roster = await self.fetch_roster((await self.own_agency()).agency.id, self.root)
        fresh = [one for one in roster.certificates if not self.vault.knows_colleague(self.root, one)]
        self.vault.keep_colleagues(self.root, roster.certificates)
        return [one.display_name for one in fresh]

    def duty_seeds(self) -> list[DutySeed]:
        """Those that were sealed to this person."""
        return self._seeds

    async def inbox(self) -> list[InboxLine]:
        """Who waits, sorted by time left."""
        return (await self.browser.get("/api/inbox", ReadInbox(), Inbox)).lines

    async def look_at(self, room: str) -> tuple[Enquiry, Reader]:
        """Opens an enquiry with the duty key, without taking it."""
        enquiry = await self.browser.get("/api/enquiries/{room}", ReadEnquiry(room), Enquiry)
        reader = self.reader(room, enquiry.room_share, self.root)
        for item in enquiry.items:
            reader.push(item.position, item.envelope)
        return enquiry, reader

    async def take(self, room: str) -> Room:
        """Takes an enquiry: a commit lets this person in."""
        await self.send_take(await self.prepare_take(room))
        return await self.open(room)

    async def prepare_take(self, room: str) -> TakeEnquiry:
        """The signed commit that would let this person in."""
        enquiry, reader = await self.look_at(room)
        await self.fetch_roster(enquiry.agency, self.root)
        place, now = reader.place(), to_ms(self.now())
        made = take_up(
            reader.log,
            self.identity,
            self.rosters,
            enquiry.room_share,
            seen_pos=place.seen_pos,
            seen_th=place.seen_th,
            created_at=now,
        )
        return TakeEnquiry(room, made.item)

    async def send_take(self, taking: TakeEnquiry) -> EnquiryTaken:
        """Sends what was prepared."""
        return await self.browser.post("/api/enquiries/{room}/take", taking, EnquiryTaken)

    async def look_at_sealed(self, room: str) -> tuple[SealedRoom, Reader]:
        """Reads a thread whose counsellor cannot answer with the duty key, without taking it over."""
        page = await self.browser.get("/api/rooms/{room}/sealed", ReadSealed(room), SealedRoom)
        reader, sealed = self.reader(room, page.room_share, self.root), page
        while page.items:
            for item in page.items:
                await self._read_sealed(page.agency, reader, item)
            after = ReadSealed(room, reader.position)
            page = await self.browser.get("/api/rooms/{room}/sealed", after, SealedRoom)
        return sealed, reader

    async def _read_sealed(self, agency: str, reader: Reader, item: RoomItem) -> None:
        verdict = reader.push(item.position, item.envelope)
        if verdict.kind == "roster_missing" and verdict.wants is not None:
            await self.fetch_roster(agency, *verdict.wants[:2])
            reader.push(item.position, item.envelope)

    async def prepare_takeover(self, room: str, reason: str | None = None) -> TakeOver:
        """The signed commit with which this person would step in."""
        sealed, reader = await self.look_at_sealed(room)
        await self.fetch_roster(sealed.agency, self.root)
        place = reader.place()
        made = take_up(
            reader.log,
            self.identity,
            self.rosters,
            sealed.room_share,
            seen_pos=place.seen_pos,
            seen_th=place.seen_th,
            created_at=to_ms(self.now()),
            reason=reason or sealed.reason,
        )
        return TakeOver(room, made.item)

    async def send_takeover(self, stepping_in: TakeOver) -> TakenOver:
        """Sends what was prepared; sending it again changes nothing."""
        return await self.browser.post("/api/rooms/{room}/takeover", stepping_in, TakenOver)

    async def take_over(self, room: str) -> Room:
        """Answers in a colleague's place from now on."""
        await self.send_takeover(await self.prepare_takeover(room))
        return await self.open(room)

    async def calendar(self) -> Calendar:
        """One's own week and appointments."""
        return await self.browser.get("/api/calendar", ReadCalendar(), Calendar)
