"""Every table of the server. booking.tables brings its own into the same MetaData: one migration history knows all."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)

from booking.tables import metadata
from booking.times import UtcDateTime
from chatserver.append_only import make_append_only

HEX_ID = String(32)

# -- accounts

accounts = Table(
    "accounts",
    metadata,
    Column("id", HEX_ID, primary_key=True),
    Column("name", String(32), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("password_suite", Integer, nullable=False),
    # Kept per account in case the server secret is lost: the salt must never change (T2).
    Column("server_salt", LargeBinary, nullable=False),
    Column("auth_verifier", Text, nullable=False),
    Column("recovery_verifier", Text),
    Column("signing_key", LargeBinary, nullable=False),
    Column("kem_statement", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # Set when a counsellor leaves: no login, no session, while what they wrote keeps its author.
    Column("disabled_at", UtcDateTime),
    # The account that the person has now, after they took a new identity; this row stays as the author of its items.
    Column("renewed_as", HEX_ID, index=True),
)

# A table of its own, so that it can be left out of ordinary backups: without the share the vault stays shut (T37).
user_shares = Table(
    "user_shares",
    metadata,
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), primary_key=True),
    Column("share", LargeBinary, nullable=False, unique=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", HEX_ID, primary_key=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    # Moves on while the session is used, up to `ends_at`.
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    # To a minute: for the person's own list, and for sessions that nobody uses.
    Column("used_at", UtcDateTime, nullable=False),
    # When a second factor was last shown in this session; clients have none.
    Column("proved_at", UtcDateTime),
)

# -- consents: each time that a client agreed is a row, and the words stay as they were shown

consent_texts = Table(
    "consent_texts",
    metadata,
    Column("version", String(16), primary_key=True),
    Column("de", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("kept_at", UtcDateTime, nullable=False),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("version", String(16), ForeignKey("consent_texts.version"), nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Column("withdrawn_at", UtcDateTime),
)

# -- second factors

# `secret`: of a `totp` the sealed secret, of a `passkey` its public key. `counter`: of a `totp` the last step that was
# used, of a `passkey` how often it says that it has signed.
factors = Table(
    "factors",
    metadata,
    Column("id", HEX_ID, primary_key=True),
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("kind", String(8), nullable=False),
    Column("label", String(40), nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("credential_id", LargeBinary),
    Column("counter", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)

# Each opens once, instead of a second factor.
spare_codes = Table(
    "spare_codes",
    metadata,
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), primary_key=True),
    Column("hash", LargeBinary, primary_key=True),
)

# Somebody is asked for a second factor, or shown a new one. `session_id` is empty while they are not logged in.
factor_tickets = Table(
    "factor_tickets",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("session_id", HEX_ID, nullable=False),
    Column("challenge", LargeBinary, nullable=False),
    # The sealed secret that is offered to somebody who sets up a new factor.
    Column("offered", LargeBinary),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

# Somebody is at the identity provider: with an account, to link it; without, to sign in.
provider_journeys = Table(
    "provider_journeys",
    metadata,
    Column("state_hash", LargeBinary, primary_key=True),
    Column("browser_hash", LargeBinary, nullable=False),
    Column("account_id", HEX_ID, ForeignKey("accounts.id")),
    Column("session_id", HEX_ID, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

# Which identity there opens which account here, in the place of its password.
provider_links = Table(
    "provider_links",
    metadata,
    Column("id", HEX_ID, primary_key=True),
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), nullable=False, unique=True),
    Column("issuer", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("linked_at", UtcDateTime, nullable=False),
    UniqueConstraint("issuer", "subject"),
)

# Wrong codes, counted by account: whoever knows a password must not guess on from another connection.
factor_tries = Table(
    "factor_tries",
    metadata,
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)

# -- vault

vaults = Table(
    "vaults",
    metadata,
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("vk_generation", BigInteger, nullable=False),
    Column("blob", LargeBinary, nullable=False),
    Column("password_slot", LargeBinary, nullable=False),
    Column("recovery_slot", LargeBinary),
    Column("signature", LargeBinary, nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
)

keyring = Table(
    "keyring",
    metadata,
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), primary_key=True),
    Column("room", HEX_ID, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

# -- agencies

agencies = Table(
    "agencies",
    metadata,
    Column("id", HEX_ID, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("about_de", Text, nullable=False),
    Column("about_en", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("root_fingerprint", LargeBinary, nullable=False, unique=True),
    Column("fallback", Boolean, nullable=False),
)

agency_topics = Table(
    "agency_topics",
    metadata,
    Column("agency_id", HEX_ID, ForeignKey("agencies.id"), primary_key=True),
    Column("topic", String(40), primary_key=True),
)

# When others hear that somebody still waits, in hours of a promise of 48. Without a row: as chatserver/ladders has it.
ladders = Table(
    "ladders",
    metadata,
    Column("agency_id", HEX_ID, ForeignKey("agencies.id"), primary_key=True),
    Column("remind_hours", Integer, nullable=False),
    Column("escalate_hours", Integer, nullable=False),
    Column("warn_hours", Integer, nullable=False),
)

areas = Table(
    "areas",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("agency_id", HEX_ID, ForeignKey("agencies.id"), nullable=False, index=True),
    Column("first", String(5), nullable=False),
    Column("last", String(5), nullable=False),
    # Empty: for every topic that the agency offers.
    Column("topic", String(40)),
    CheckConstraint("first <= last", name="first_not_after_last"),
)

# What an agency has said of itself; without a row the usual promise holds. Hours are text as people write them.
agency_terms = Table(
    "agency_terms",
    metadata,
    Column("agency_id", HEX_ID, ForeignKey("agencies.id"), primary_key=True),
    Column("hours", Text, nullable=False),
    Column("closed", Text, nullable=False),
    Column("land", String(2)),
    Column("languages", Text, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("promised_hours", Integer, nullable=False),
)

rosters = Table(
    "rosters",
    metadata,
    Column("agency_id", HEX_ID, ForeignKey("agencies.id"), primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    Column("roster", LargeBinary, nullable=False),
    Column("duty_generation", BigInteger, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
)

counsellors = Table(
    "counsellors",
    metadata,
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), primary_key=True),
    Column("agency_id", HEX_ID, ForeignKey("agencies.id"), nullable=False, index=True),
    Column("display_name", Text, nullable=False),
    Column("duty", Boolean, nullable=False),
    Column("coordinates", Boolean, nullable=False),
    Column("left_at", UtcDateTime),
)

# What the server knows of an absence besides its time, which stands once: in the calendar (booking.tables), whose slots
# it takes away. One that has no row here names nobody.
absences = Table(
    "absences",
    metadata,
    Column("exception", Integer, ForeignKey("calendar_exceptions.id", ondelete="CASCADE"), primary_key=True),
    Column("substitute_id", HEX_ID, ForeignKey("accounts.id"), index=True),
    Column("request_id", String(32), nullable=False, unique=True),
)

# After how many months without a word a conversation goes. Without a row: never by itself.
retentions = Table(
    "retentions",
    metadata,
    Column("agency_id", HEX_ID, ForeignKey("agencies.id"), primary_key=True),
    Column("months", Integer, nullable=False),
)

# An agency that an operator has planned and nobody has founded yet. It becomes one with its root, in one transaction:
# an agency without a root could never be trusted.
foundings = Table(
    "foundings",
    metadata,
    Column("id", HEX_ID, primary_key=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("plan", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("agency_id", HEX_ID),
)

# Somebody who is asked to work at an agency. `proof` is a MAC under a secret that only the link holds: the server
# cannot put other keys in the place of those that the invited person made (T14, T50).
invitations = Table(
    "invitations",
    metadata,
    Column("id", HEX_ID, primary_key=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("agency_id", HEX_ID, ForeignKey("agencies.id"), nullable=False, index=True),
    Column("display_name", Text, nullable=False),
    Column("capabilities", Text, nullable=False),
    Column("invited_by", HEX_ID, ForeignKey("accounts.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("account_id", HEX_ID, ForeignKey("accounts.id")),
    Column("accepted_at", UtcDateTime),
    Column("roster_key", LargeBinary),
    Column("proof", LargeBinary),
    Column("certified_at", UtcDateTime),
    # The colleague who gets new keys by it: once a roster names these, theirs end.
    Column("renews", HEX_ID, ForeignKey("accounts.id")),
)

duty_seeds = Table(
    "duty_seeds",
    metadata,
    Column("agency_id", HEX_ID, ForeignKey("agencies.id"), primary_key=True),
    Column("generation", BigInteger, primary_key=True),
    Column("holder_id", HEX_ID, ForeignKey("accounts.id"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

# -- rooms

rooms = Table(
    "rooms",
    metadata,
    Column("id", HEX_ID, primary_key=True),
    Column("agency_id", HEX_ID, ForeignKey("agencies.id"), nullable=False, index=True),
    Column("client_id", HEX_ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("epoch", BigInteger, nullable=False),
    Column("kc", LargeBinary, nullable=False),
    Column("log_head", LargeBinary, nullable=False),
    Column("duty_generation", BigInteger, nullable=False),
    Column("standby", Boolean, nullable=False),
    Column("last_position", BigInteger, nullable=False),
    Column("last_stored_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# A table of its own, for the same reason as user_shares (T37).
room_shares = Table(
    "room_shares",
    metadata,
    Column("room", HEX_ID, ForeignKey("rooms.id"), primary_key=True),
    Column("share", LargeBinary, nullable=False, unique=True),
)

room_members = Table(
    "room_members",
    metadata,
    Column("room", HEX_ID, ForeignKey("rooms.id"), primary_key=True),
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), primary_key=True, index=True),
    Column("role", String(16), nullable=False),
    Column("since_position", BigInteger, nullable=False),
)

# Whom the client has removed: no takeover and no colleague lets them in again, only the client does (T42).
room_barred = Table(
    "room_barred",
    metadata,
    Column("room", HEX_ID, ForeignKey("rooms.id"), primary_key=True),
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), primary_key=True),
)

room_items = Table(
    "room_items",
    metadata,
    Column("room", HEX_ID, ForeignKey("rooms.id"), primary_key=True),
    Column("position", BigInteger, primary_key=True),
    # The hash of the envelope: a repeat is recognised by it and gets the first answer.
    Column("item_id", LargeBinary, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("sender_id", HEX_ID, ForeignKey("accounts.id"), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("clock", String(16), nullable=False),
    Column("th", LargeBinary, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    UniqueConstraint("room", "item_id"),
)

# -- attachments: sealed files, in parts, so that an upload that broke off goes on where it stopped

attachments = Table(
    "attachments",
    metadata,
    Column("id", HEX_ID, primary_key=True),
    Column("room", HEX_ID, ForeignKey("rooms.id"), nullable=False, index=True),
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), nullable=False, index=True),
    # Of the ciphertext, in bytes.
    Column("size", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("completed_at", UtcDateTime),
)

attachment_parts = Table(
    "attachment_parts",
    metadata,
    Column("attachment", HEX_ID, ForeignKey("attachments.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
)

# -- threads

threads = Table(
    "threads",
    metadata,
    Column("room", HEX_ID, ForeignKey("rooms.id"), primary_key=True),
    Column("agency_id", HEX_ID, ForeignKey("agencies.id"), nullable=False, index=True),
    Column("topic", String(40), nullable=False),
    Column("client_id", HEX_ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("counsellor_id", HEX_ID, ForeignKey("accounts.id"), index=True),
    Column("state", String(8), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("taken_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    # The colleague who is asked to take it over, until they have.
    Column("handed_to", HEX_ID, index=True),
)

# The client has been told that it goes, unless something is written there.
expiries = Table(
    "expiries",
    metadata,
    Column("room", HEX_ID, ForeignKey("threads.room"), primary_key=True),
    Column("announced_at", UtcDateTime, nullable=False),
)

# One row per promise. `policy` is the snapshot taken when it started, so that no later change moves it.
clocks = Table(
    "clocks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("room", HEX_ID, ForeignKey("threads.room"), nullable=False),
    Column("waiting_since", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("policy", Text, nullable=False),
    # 32 random bytes from which the names of its events follow, in receipts and in the journal; gone with the thread.
    Column("salt", LargeBinary, nullable=False),
    # The message that opened it; empty when a cancelled appointment did.
    Column("opened_by_position", BigInteger),
    # By positions, not by times, a repeated message learns which promise ran after it: two can share an instant.
    Column("opened_after_position", BigInteger, nullable=False),
    # The answer of which the client has said that it answered nothing, where that is what opened it.
    Column("contests_position", BigInteger),
    Column("stopped_by_position", BigInteger),
    Column("stopped_at", UtcDateTime),
    Column("stopped_because", String(24)),
    Column("breached_at", UtcDateTime),
)
# Two promises cannot run in one thread, whatever the code does.
Index(
    "one_running_clock",
    clocks.c.room,
    unique=True,
    sqlite_where=text("stopped_at IS NULL"),
    postgresql_where=text("stopped_at IS NULL"),
)

# For the board, whose question comes from every coordinator's page three times a minute.
Index(
    "broken_promises",
    clocks.c.breached_at,
    sqlite_where=text("breached_at IS NOT NULL"),
    postgresql_where=text("breached_at IS NOT NULL"),
)
Index(
    "answered_promises",
    clocks.c.stopped_at,
    sqlite_where=text("stopped_because = 'answered'"),
    postgresql_where=text("stopped_because = 'answered'"),
)

clock_events = Table(
    "clock_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("clock_id", Integer, ForeignKey("clocks.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # Its number in the agency's journal, once it is sealed.
    Column("sealed_as", BigInteger),
    UniqueConstraint("clock_id", "kind"),
)
UNSEALED = (
    "sealed_as IS NULL AND kind IN ('opened', 'stopped', 'breached', 'contested', 'waived', 'put_back', "
    "'handed_on', 'inherited')"
)
Index(
    "unsealed_events",
    clock_events.c.clock_id,
    sqlite_where=text(UNSEALED),
    postgresql_where=text(UNSEALED),
)

# Why nobody has to answer what a client has written, and whether the client may write no more at this agency. Nothing
# of what was written: a coordinator asks the counsellor.
waivers = Table(
    "waivers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("room", HEX_ID, ForeignKey("threads.room"), nullable=False, index=True),
    Column("agency_id", HEX_ID, ForeignKey("agencies.id"), nullable=False),
    Column("client_id", HEX_ID, ForeignKey("accounts.id"), nullable=False),
    Column("clock_id", Integer, ForeignKey("clocks.id"), unique=True),
    Column("reason", String(16), nullable=False),
    Column("waived_by", HEX_ID, ForeignKey("accounts.id"), nullable=False),
    Column("waived_at", UtcDateTime, nullable=False),
    # The first place behind what was there then: whatever stands there or later was written since.
    Column("position", BigInteger, nullable=False),
    Column("blocks", Boolean, nullable=False),
    Column("reviewed_by", HEX_ID, ForeignKey("accounts.id")),
    Column("reviewed_at", UtcDateTime),
    Column("put_back_at", UtcDateTime),
    Column("lifted_at", UtcDateTime),
)
Index("waivers_of_client", waivers.c.agency_id, waivers.c.client_id)

# Agencies to which far more enquiries come than usual: one row while that goes on.
intake_alarms = Table(
    "intake_alarms",
    metadata,
    Column("agency_id", HEX_ID, ForeignKey("agencies.id"), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)
# For the look at the last hour, three times a minute.
Index("enquiries_by_time", threads.c.opened_at, threads.c.agency_id)

# A client's life is in danger, says a counsellor: everybody at the agency sees that until it is taken back.
dangers = Table(
    "dangers",
    metadata,
    Column("room", HEX_ID, ForeignKey("threads.room"), primary_key=True),
    Column("marked_by", HEX_ID, ForeignKey("accounts.id"), nullable=False),
    Column("marked_at", UtcDateTime, nullable=False),
)

# What an agency has written down for that. Without a row: what the pages say.
procedures = Table(
    "procedures",
    metadata,
    Column("agency_id", HEX_ID, ForeignKey("agencies.id"), primary_key=True),
    Column("de", Text, nullable=False),
    Column("en", Text, nullable=False),
)

# Who does not take an enquiry, and why: it is not offered to them as long as a colleague on duty is left.
declines = Table(
    "declines",
    metadata,
    Column("room", HEX_ID, ForeignKey("threads.room"), primary_key=True),
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), primary_key=True),
    Column("reason", String(16), nullable=False),
    Column("declined_at", UtcDateTime, nullable=False),
)

# A client who has written again, and who counselled them before: it is offered to them first, until then.
returns = Table(
    "returns",
    metadata,
    Column("room", HEX_ID, ForeignKey("threads.room"), primary_key=True),
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), nullable=False),
    Column("first_until", UtcDateTime, nullable=False),
)

# A counsellor has proposed to the client to go on at another agency; until the client has decided.
proposals = Table(
    "proposals",
    metadata,
    Column("room", HEX_ID, ForeignKey("threads.room"), primary_key=True),
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
)

# A client goes on at another agency: from which conversation to which. Nobody at the second agency is shown the first.
referrals = Table(
    "referrals",
    metadata,
    Column("room", HEX_ID, ForeignKey("threads.room"), primary_key=True),
    Column("to_room", HEX_ID, ForeignKey("threads.room"), nullable=False, unique=True),
    Column("referred_at", UtcDateTime, nullable=False),
)

# Whether other agencies may be asked to help before a promise is broken.
help_wishes = Table(
    "help_wishes",
    metadata,
    Column("room", HEX_ID, ForeignKey("threads.room"), primary_key=True),
    Column("wished_at", UtcDateTime, nullable=False),
)

# An agency that is asked. Its `id` is all that this agency sees of the conversation, besides topic and due time.
help_calls = Table(
    "help_calls",
    metadata,
    Column("id", HEX_ID, primary_key=True),
    Column("clock_id", Integer, ForeignKey("clocks.id"), nullable=False),
    Column("agency_id", HEX_ID, ForeignKey("agencies.id"), nullable=False, index=True),
    Column("called_at", UtcDateTime, nullable=False),
    Column("ready_at", UtcDateTime),
    UniqueConstraint("clock_id", "agency_id"),
)

# The promises that an answer under a later one keeps as well, because a client was handed on in between.
inheritances = Table(
    "inheritances",
    metadata,
    Column("clock_id", Integer, ForeignKey("clocks.id"), primary_key=True),
    Column("from_clock_id", Integer, ForeignKey("clocks.id"), primary_key=True, index=True),
)

# -- the journal: an entry names nothing, and stays when the thread that it was about is gone

journal_entries = Table(
    "journal_entries",
    metadata,
    Column("agency_id", HEX_ID, ForeignKey("agencies.id"), primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("entry", LargeBinary, nullable=False),
)

journal_heads = Table(
    "journal_heads",
    metadata,
    Column("agency_id", HEX_ID, ForeignKey("agencies.id"), primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("link", LargeBinary, nullable=False),
    Column("sealed_at", UtcDateTime, nullable=False),
    Column("head", LargeBinary, nullable=False),
)

# What was sealed, counted: it outlives the threads, and nothing in it leads back to one. `minutes`: of a reply.
tallies = Table(
    "tallies",
    metadata,
    Column("agency_id", HEX_ID, ForeignKey("agencies.id"), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("topic", String(40), primary_key=True),
    Column("what", String(24), primary_key=True),
    Column("minutes", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
)

# -- the audit log: staff only, and it only grows. `by_id` is empty for the operator, `about_id` where nobody is meant.

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("agency_id", HEX_ID, ForeignKey("agencies.id"), primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("by_id", HEX_ID, nullable=False),
    Column("act", String(24), nullable=False),
    Column("about_id", HEX_ID, nullable=False),
    Column("link", LargeBinary, nullable=False),
)
event.listen(audit_entries, "after_create", make_append_only)

# -- appointments (the reservation itself lies in booking.tables)

live_chats = Table(
    "live_chats",
    metadata,
    Column("appointment", String(40), primary_key=True),
    Column("room", HEX_ID, ForeignKey("threads.room"), nullable=False, index=True),
    Column("began_at", UtcDateTime, nullable=False),
    # Whoever has begun it was there; None for those that were begun before that was kept.
    Column("began_by", HEX_ID),
    Column("ended_at", UtcDateTime),
)

# A group that was announced: what whoever thinks of coming has to know. Its time is the reservation's.
announced_groups = Table(
    "announced_groups",
    metadata,
    Column("appointment", HEX_ID, ForeignKey("reservations.id", ondelete="CASCADE"), primary_key=True),
    Column("agency_id", HEX_ID, ForeignKey("agencies.id"), nullable=False, index=True),
    Column("title", String(80), nullable=False),
    Column("rules", Text, nullable=False),
)

# Under which name somebody sits there. `said_as`: what counts as the same name; `room`: the conversation by which they
# know of the group. It goes with the seat.
group_names = Table(
    "group_names",
    metadata,
    Column("appointment", HEX_ID, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("said_as", String(120), nullable=False),
    Column("room", HEX_ID, ForeignKey("threads.room"), nullable=False, index=True),
    UniqueConstraint("appointment", "said_as"),
    ForeignKeyConstraint(["appointment", "number"], ["seats.reservation", "seats.number"], ondelete="CASCADE"),
)

# The address under which a counsellor's own calendar program reads their appointments; whoever knows it reads them.
calendar_feeds = Table(
    "calendar_feeds",
    metadata,
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), primary_key=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("language", String(2), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)

# Other calendars of counsellors; their times are in booking's busy_elsewhere. An address is sealed, since whoever knows
# it reads that calendar; `host` is what is shown of it. `told`: a hash of the times that were read last.
imports = Table(
    "imports",
    metadata,
    Column("id", HEX_ID, primary_key=True),
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("request_id", HEX_ID, nullable=False, unique=True),
    Column("address_sealed", LargeBinary),
    Column("host", String(253), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("read_at", UtcDateTime),
    Column("failed_at", UtcDateTime),
    Column("failure", String(40)),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("times", Integer, nullable=False, server_default=text("0")),
    Column("left_out", Integer, nullable=False, server_default=text("0")),
    Column("told", LargeBinary),
)

# -- notices

notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("room", HEX_ID),
    Column("appointment", String(40)),
    Column("at", UtcDateTime, nullable=False),
    Column("seen", Boolean, nullable=False, server_default=text("false")),
)
Index("notices_of_account", notices.c.account_id, notices.c.id)

# -- ways: how people are told outside of the page, and only those who asked

ways = Table(
    "ways",
    metadata,
    Column("id", HEX_ID, primary_key=True),
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("kind", String(4), nullable=False),
    # A mail address, or the address that a browser's push service has given: the server must read it to send there.
    Column("address", Text, nullable=False),
    Column("language", String(2), nullable=False),
    # What is pushed is sealed to the browser with these (RFC 8291); empty for mail.
    Column("push_key", LargeBinary),
    Column("push_auth", LargeBinary),
    Column("created_at", UtcDateTime, nullable=False),
    # Until then nothing goes there but the code.
    Column("confirmed_at", UtcDateTime),
    Column("wrong_codes", Integer, nullable=False, server_default=text("0")),
    # When something was last on its way there, and since when nothing arrives.
    Column("told_at", UtcDateTime),
    Column("failed_at", UtcDateTime),
)
Index(
    "one_mail_of_account",
    ways.c.account_id,
    unique=True,
    sqlite_where=text("kind = 'mail'"),
    postgresql_where=text("kind = 'mail'"),
)
# A browser is whoever's said so last.
Index(
    "one_push_of_browser",
    ways.c.address,
    unique=True,
    sqlite_where=text("kind = 'push'"),
    postgresql_where=text("kind = 'push'"),
)

# Minutes of the day in the agency's zone; through midnight where the end comes first.
quiet_hours = Table(
    "quiet_hours",
    metadata,
    Column("account_id", HEX_ID, ForeignKey("accounts.id"), primary_key=True),
    Column("begins", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
)

# Which address was sent a code, as a keyed hash, for a day: nobody's mailbox is filled by way of this server.
codes_sent = Table(
    "codes_sent",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", HEX_ID, nullable=False, index=True),
    Column("address_hash", LargeBinary, nullable=False, index=True),
    Column("sent_at", UtcDateTime, nullable=False, index=True),
)

# The outbox. When it is sent, and who is at it, stands in due_work under the key "deliver:<id>".
deliveries = Table(
    "deliveries",
    metadata,
    # Also its Message-ID: the same at each try, so that doubles are recognised.
    Column("id", HEX_ID, primary_key=True),
    Column("way_id", HEX_ID, ForeignKey("ways.id"), nullable=False, index=True),
    Column("what", String(4), nullable=False),
    Column("urgent", Boolean, nullable=False),
    # When the newest thing that it tells of happened.
    Column("wanted_at", UtcDateTime, nullable=False),
    # From then on it may have arrived; empty again when it is certain that it has not.
    Column("begun_at", UtcDateTime),
    Column("delivered_at", UtcDateTime),
    Column("given_up_at", UtcDateTime),
)
# What waits tells of everything: more of it would say the same once more.
Index(
    "one_waiting_delivery",
    deliveries.c.way_id,
    deliveries.c.what,
    unique=True,
    sqlite_where=text("begun_at IS NULL"),
    postgresql_where=text("begun_at IS NULL"),
)

# -- deletion: what is gone, and the signed word that it is. No keys to other tables: what they would name is gone, too.

deletions = Table(
    "deletions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("subject", HEX_ID, nullable=False, unique=True),
    Column("deleted_at", UtcDateTime, nullable=False),
    Column("final_at", UtcDateTime, nullable=False),
    Column("certificate", LargeBinary, nullable=False),
)

# -- work that falls due, claimed under a lease by one node at a time

due_work = Table(
    "due_work",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("key", String(80), nullable=False, unique=True),
    Column("due_at", UtcDateTime, nullable=False),
    Column("lease_owner", String(64)),
    Column("lease_until", UtcDateTime),
    Column("fence", Integer, nullable=False, server_default=text("0")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("done_at", UtcDateTime),
)
Index(
    "due_work_open",
    due_work.c.due_at,
    # Many fall due at one instant: without this, PostgreSQL would sort all of them for each fifty.
    due_work.c.id,
    sqlite_where=text("done_at IS NULL"),
    postgresql_where=text("done_at IS NULL"),
)
