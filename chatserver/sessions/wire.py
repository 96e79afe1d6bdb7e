"""What travels when somebody shows a second factor again."""

from datetime import datetime

from msgspec import Struct


class AskStepUp(Struct, forbid_unknown_fields=True):
    pass


class SteppedUp(Struct):
    """Until then what cannot be undone may be done."""

    until: datetime
