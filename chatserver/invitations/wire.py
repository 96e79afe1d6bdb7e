"""What travels between a coordinator and whoever they invite. The link's secret is not among it."""

from datetime import datetime

from msgspec import Struct

from chatserver.agencies.wire import Capabilities
from chatserver.vault.wire import OpenAccount
from chatserver.wire.binary import B64
from chatserver.wire.types import Capability, HexId


class Invite(Struct, forbid_unknown_fields=True):
    """`token_hash`: SHA-256 of the token. The same again gets the first answer.

    `renews`: the colleague who is to get new keys by this link.
    """

    token_hash: B64
    display_name: str
    capabilities: Capabilities
    renews: HexId | None = None


class Invited(Struct):
    """`id`: the first 16 bytes of the token's hash."""

    id: HexId
    expires_at: datetime


class ListInvitations(Struct, forbid_unknown_fields=True):
    pass


class Accepted(Struct):
    """Who has accepted. `proof` binds the keys to the link: the inviting coordinator checks it before certifying."""

    account_id: HexId
    name: str
    signing_key: B64
    kem_statement: B64
    roster_key: B64 | None
    proof: B64
    accepted_at: datetime


class Invitation(Struct):
    """Certified ones are listed no more: their people stand among the staff."""

    id: HexId
    display_name: str
    capabilities: list[Capability]
    invited_by: HexId
    created_at: datetime
    expires_at: datetime
    accepted: Accepted | None
    renews: HexId | None


class Invitations(Struct):
    invitations: list[Invitation]


class WithdrawInvitation(Struct, forbid_unknown_fields=True):
    """Who has accepted already and was not certified cannot log in afterwards."""

    id: HexId


class InvitationWithdrawn(Struct):
    id: HexId


class LookAtInvitation(Struct, forbid_unknown_fields=True):
    token: B64


class ShownInvitation(Struct):
    """What the invited person sees. The client compares `root_fingerprint` with the one in the link (T39)."""

    agency: HexId
    agency_name: str
    root_fingerprint: B64
    roster_number: int
    roster: B64
    display_name: str
    capabilities: list[Capability]
    expires_at: datetime


class AcceptInvitation(Struct, forbid_unknown_fields=True):
    """`roster_key`: the public half of a key that will sign rosters; of a coordinator, and of nobody else."""

    token: B64
    account: OpenAccount
    roster_key: B64 | None
    proof: B64
