"""The rows that can be run."""

from typing import Final

from faults.cuts import cut_off
from faults.kill import killed
from faults.revoked import revoked
from faults.trial import Row

ROWS: Final = (
    Row(1, "kill -9 under load", 500, 3, killed, ("acknowledges_before_the_commit",)),
    Row(3, "the network is cut", 5000, 40, cut_off, ("stores_repeats_again",)),
    Row(19, "a session ends in the middle of a conversation", 30, 3, revoked, ("leaves_pages_open",)),
)
