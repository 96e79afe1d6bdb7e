"""What travels when somebody says how they want to be told, or does not want to any more."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from chatserver.wire.binary import B64
from chatserver.wire.types import HexId

LanguageName = Literal["de", "en"]
Minute = Annotated[int, Meta(ge=0, lt=24 * 60, description="minutes after midnight by the agency's wall clock")]


class QuietHours(Struct, forbid_unknown_fields=True):
    """Every day, through midnight where the end comes first. What belongs to a promise comes all the same."""

    begins: Minute
    ends: Minute


class MailWay(Struct):
    """`failed_at`: since when nothing arrives there, for all that the server knows."""

    address: str
    language: LanguageName
    confirmed: bool
    failed_at: datetime | None


class BrowserWay(Struct):
    id: HexId
    endpoint: str
    since: datetime
    failed_at: datetime | None


class ReadWays(Struct, forbid_unknown_fields=True):
    pass


class Ways(Struct):
    """One's own. `push_key`: the server's, for the browser; none where the server pushes nothing."""

    mail_offered: bool
    push_key: B64 | None
    mail: MailWay | None
    browsers: list[BrowserWay]
    quiet: QuietHours | None


class EnterMail(Struct, forbid_unknown_fields=True):
    """Asks for the code; with the address that is confirmed already it only chooses the language."""

    address: str
    language: LanguageName


class ConfirmMail(Struct, forbid_unknown_fields=True):
    code: str


class RemoveMail(Struct, forbid_unknown_fields=True):
    pass


class AddBrowser(Struct, forbid_unknown_fields=True):
    """What the browser's own `PushSubscription` says."""

    endpoint: str
    p256dh: B64
    auth: B64
    language: LanguageName


class RemoveBrowser(Struct, forbid_unknown_fields=True):
    way: HexId


class SetQuietHours(Struct, forbid_unknown_fields=True):
    quiet: QuietHours | None
