"""A vault is kept, never understood: the rules are about versions, sizes and signatures."""

from typing import Final

from chatserver.errors import VaultConflict

FIRST_VERSION: Final = 1
# A sealed epoch key has about 230 bytes; more has no business in a keyring.
LARGEST_KEYRING_ENTRY: Final = 512
# A bound on what one account may fill, far beyond what a life of counselling needs.
MOST_KEYRING_ENTRIES: Final = 20_000


def check_next_version(written: int, newest: int) -> None:
    """Compare and swap: a write that does not follow the newest version would undo somebody's other tab."""
    if written != newest + 1:
        raise VaultConflict
