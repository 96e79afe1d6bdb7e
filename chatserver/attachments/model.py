"""What may be uploaded: how large, how many, how long. The bytes are sealed and mean nothing here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chatserver.errors import Malformed, RoomFull, TooManyFiles
from crypto import LARGEST_FILE, FileTooLarge, stored_size

PART_SIZE: Final = 512 * 1024
SMALLEST: Final = stored_size(0)
LARGEST: Final = stored_size(LARGEST_FILE)
# An upload that nobody has finished in that time is not going to be.
KEPT_UNFINISHED: Final = timedelta(days=1)

# Bounds on what one person, and one room, may fill; far beyond what a conversation needs.
MOST_UNFINISHED: Final = 4
DAY: Final = timedelta(days=1)
LARGEST_DAY: Final = 10 * LARGEST
MOST_IN_ROOM: Final = 500
LARGEST_ROOM: Final = 40 * LARGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A sealed file of a room; `size` is that of the ciphertext. Only whoever uploads it sees it before it is whole."""

    id: str
    room: str
    account_id: str
    size: int
    created_at: datetime
    completed_at: datetime | None

    @property
    def parts(self) -> int:
        """How many there are; all but the last are whole."""
        return -(-self.size // PART_SIZE)

    def check_part(self, number: int, length: int) -> None:
        """Raises Malformed for a part that this file does not have, or that has another length."""
        if number >= self.parts:
            raise Malformed(field="number")
        if length != min(PART_SIZE, self.size - number * PART_SIZE):
            raise Malformed(field="content")


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is there already: of the person, and of the room."""

    unfinished: int
    bytes_today: int
    in_room: int
    bytes_in_room: int


def check_new(size: int, load: Load) -> None:
    """Whether one more file may be begun. Raises Malformed, FileTooLarge, TooManyFiles, RoomFull."""
    if size < SMALLEST:
        raise Malformed(field="size")
    if size > LARGEST:
        raise FileTooLarge
    if load.unfinished >= MOST_UNFINISHED or load.bytes_today + size > LARGEST_DAY:
        raise TooManyFiles
    if load.in_room >= MOST_IN_ROOM or load.bytes_in_room + size > LARGEST_ROOM:
        raise RoomFull
