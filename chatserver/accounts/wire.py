"""What travels when somebody asks who they are, comes in, or leaves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, TypeVar

from msgspec import Struct

from chatserver.factors.wire import FactorAsked, FactorOffered, PasskeyShown
from chatserver.wire.binary import B64
from chatserver.wire.types import HexId

Reply = TypeVar("Reply", bound=Struct)
RoleName = Literal["client", "counsellor", "coordinator", "administrator"]


class AskPasswordParameters(Struct, forbid_unknown_fields=True):
    """Asks which salt and cost belong to a name; the answer looks alike for names nobody has (T2)."""

    name: str


class PasswordParameters(Struct):
    password_suite: int
    server_salt: B64


class OfferNames(Struct, forbid_unknown_fields=True):
    """Asks for names that are free right now."""


class FreeNames(Struct):
    names: list[str]


class IssueShare(Struct, forbid_unknown_fields=True):
    """Asks for 32 server bytes that a vault (`user`) or a room (`room`) will depend on.

    `agency`: where the room will be. Left out, the share costs as much as at the busiest.
    """

    purpose: Literal["user", "room"]
    agency: HexId | None = None


class ShareIssued(Struct):
    """The share, and the ticket that proves, for an hour, that this server drew it.

    `bits`: 0, or how many zero bits each part of the effort has to begin with, while very many come.
    """

    share: B64
    ticket: B64
    bits: int


class LogIn(Struct, forbid_unknown_fields=True):
    name: str
    auth: B64


class Me(Struct):
    account_id: HexId
    name: str
    role: RoleName
    server_time: datetime


class SignedIn(Struct):
    me: Me
    user_share: B64
    session_expires_at: datetime


class Admitted(Struct):
    """After the right password. A client is signed in; a colleague is asked for a second factor, or to set one up."""

    signed_in: SignedIn | None = None
    asked: FactorAsked | None = None
    offered: FactorOffered | None = None


class ShowFactor(Struct, forbid_unknown_fields=True):
    """Exactly one of both. `code`: six digits of an app, or a spare code."""

    ticket: B64
    code: str | None = None
    passkey: PasskeyShown | None = None


class SetUp(Struct):
    """Signed in, for the first time with a second factor; the spare codes are shown once."""

    signed_in: SignedIn
    spare_codes: list[str]


class ReadMe(Struct, forbid_unknown_fields=True):
    pass


class LogOut(Struct, forbid_unknown_fields=True):
    pass


class LoggedOut(Struct):
    pass


@dataclass(frozen=True, slots=True)
class Opened(Generic[Reply]):
    """A new session: the reply for the page, and the token that travels in the cookie only.

    Without a token nobody is signed in yet: a second factor is asked for.
    """

    reply: Reply
    token: str | None
    expires_at: datetime | None
