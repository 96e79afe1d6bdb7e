"""What a waiver is: a reason from a fixed list, one promise at most, and a coordinator's look at it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from chatserver.wire.types import WaiverReason

# Set aside by a coordinator, many at once (chatserver/intake). No counsellor may give that for a reason.
FLOOD: Final = "flood"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """`clock_id`: the promise that it ended, if one ran. `position`: the first place behind what was waived.

    `blocks`: the client may not write to the agency until `lifted_at`.
    """

    id: int
    room: str
    agency_id: str
    client_id: str
    clock_id: int | None
    reason: WaiverReason | Literal["flood"]
    waived_by: str
    waived_at: datetime
    position: int
    blocks: bool
    reviewed_at: datetime | None
    put_back_at: datetime | None
    lifted_at: datetime | None
