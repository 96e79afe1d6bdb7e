"""The rows that can be run."""

from typing import Final

from faults.cuts import cut_off
from faults.kill import killed
from faults.postgres import interrupted
from faults.power import power_lost
from faults.revoked import revoked
from faults.simulated import simulated
from faults.trial import Row

ROWS: Final = (
    Row(1, "kill -9 under load", 500, 3, killed, ("acknowledges_before_the_commit",)),
    Row(2, "power loss", 1000, 30, power_lost, ("syncs_at_checkpoints_only", "never_syncs")),
    Row(3, "the network is cut", 5000, 40, cut_off, ("stores_repeats_again",)),
    Row(
        6,
        "PostgreSQL is restarted, or drops its connections",
        100,
        4,
        interrupted,
        ("acknowledges_before_the_commit", "blames_itself"),
    ),
    Row(19, "a session ends in the middle of a conversation", 30, 3, revoked, ("leaves_pages_open",)),
    Row(20, "seeded simulation", 200, 40, simulated, ("knows_no_repeats", "looks_ahead")),
)
