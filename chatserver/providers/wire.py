"""What travels when somebody goes to the identity provider, and comes back."""

from datetime import datetime

from msgspec import Struct

from chatserver.wire.binary import B64


class SetOut(Struct, forbid_unknown_fields=True):
    """To sign in."""


class SetOutToLink(Struct, forbid_unknown_fields=True):
    """To have one's identity there open one's account here."""


class SettingOut(Struct):
    """Where to go. `browser` stays in this browser: a return without it is somebody else's."""

    address: str
    browser: B64
    expires_at: datetime


class ComeBack(Struct, forbid_unknown_fields=True):
    """What stood in the address that the provider sent the browser to. `issuer`: its `iss`, if there was one."""

    state: B64
    browser: B64
    code: str
    issuer: str | None = None


class ReadLink(Struct, forbid_unknown_fields=True):
    pass


class Unlink(Struct, forbid_unknown_fields=True):
    pass


class Link(Struct):
    """Since when one's identity at the provider opens one's account; `name`: the provider's, None without one."""

    name: str | None
    linked_at: datetime | None
