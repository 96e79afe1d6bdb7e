"""Lists of free slots, worked out so that nobody else waits for them."""

import asyncio
from typing import Final

from booking.model import Span
from booking.offers import Listing

# So many starts take about two milliseconds of the processor; handing them to another thread takes a tenth of one.
FEW: Final = 2_000


async def worked_out(listing: Listing | None) -> list[Span]:
    """The appointments that could be had: a short list at once, a long one in a thread.

    A thread gives way to the event loop every five milliseconds. A process would not slow it down at all, but costs as
    much memory as a server, and the calendar would have to be packed up and sent there.
    """
    if listing is None:
        return []
    return listing.spans() if listing.most <= FEW else await asyncio.to_thread(listing.spans)
