"""What travels when somebody looks after their log-ins, or shows a second factor again."""

from datetime import datetime

from msgspec import Struct

from chatserver.wire.types import HexId


class AskStepUp(Struct, forbid_unknown_fields=True):
    pass


class SteppedUp(Struct):
    """Until then what cannot be undone may be done."""

    until: datetime


class Session(Struct):
    """A log-in. Neither place nor address: the server keeps none. `used_at` is true to a minute."""

    id: HexId
    begun_at: datetime
    used_at: datetime
    this: bool


class ListSessions(Struct, forbid_unknown_fields=True):
    pass


class Sessions(Struct):
    """Where somebody is logged in, the newest first."""

    sessions: list[Session]


class EndSession(Struct, forbid_unknown_fields=True):
    id: HexId


class EndOtherSessions(Struct, forbid_unknown_fields=True):
    pass
