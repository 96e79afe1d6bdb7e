"""Types that several nouns put on the wire."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

Instant = Annotated[datetime, Meta(tz=True, description="RFC 3339 with its offset from UTC")]
# Beyond this, numbers in JSON are not exact, and no database takes them.
Count = Annotated[int, Meta(ge=0, lt=2**53)]
HexId = Annotated[str, Meta(pattern="^[0-9a-f]{32}$", description="16 bytes as lower-case hexadecimal")]
Position = Annotated[int, Meta(ge=1, lt=2**53, description="place of an item in its room, from 1, without gaps")]
After = Annotated[int, Meta(ge=0, lt=2**53, description="the last position that the reader has; 0 for none")]
RequestId = Annotated[
    str,
    Meta(pattern="^[0-9a-f]{32}$", description="16 random bytes drawn by the caller; a repeat gets the first answer"),
]
Capability = Literal["coordinate", "counsel", "duty"]
# Words of the journal: they say why nobody has to answer, and nothing of what was written.
WaiverReason = Literal["abuse", "harassment", "spam", "mistaken"]
# What staff do and the audit log keeps. Each stands at a route in chatserver/audit/acts.py, or is an operator's.
Act = Literal[
    "founded",
    "invited",
    "invitation_withdrawn",
    "invitation_accepted",
    "roster_published",
    "roster_keys_changed",
    "colleague_left",
    "colleague_renewed",
    "terms_changed",
    "retention_changed",
    "thread_expired",
    "ladder_changed",
    "profile_changed",
    "procedure_changed",
    "places_changed",
    "assigned",
    "taken_over",
    "waived",
    "blocked",
    "waiver_reviewed",
    "flood_set_aside",
    "flood_taken_back",
    "factor_added",
    "factor_removed",
    "factors_forgotten",
    "spare_codes_replaced",
    "password_changed",
    "account_recovered",
    "log_saved",
]
PostalCode = Annotated[str, Meta(pattern="^[0-9]{5}$", description="five digits")]
TopicCode = Annotated[str, Meta(pattern="^[a-z_]{3,40}$", description="one of the codes of GET /api/topics")]
Language = Literal["de", "en"]
# `outdated`: to other words than those of today. They are asked again, and may go on in what they have begun.
ConsentStanding = Literal["never", "current", "outdated", "withdrawn"]
