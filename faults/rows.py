"""The rows that can be run."""

from typing import Final

from faults.cuts import cut_off
from faults.full import filled, truly_filled
from faults.kill import killed
from faults.malformed import malformed
from faults.nodes import without_redis
from faults.poor import poorly_connected
from faults.postgres import interrupted
from faults.power import power_lost
from faults.revoked import revoked
from faults.rolling import rolled
from faults.simulated import simulated
from faults.slow import slow
from faults.stalled import stalled
from faults.trial import Row

EARLY: Final = "acknowledges_before_the_commit"

ROWS: Final = (
    Row(1, "kill -9 under load", 500, 3, killed, (EARLY,)),
    Row(2, "power loss", 1000, 12, power_lost, ("syncs_at_checkpoints_only", "never_syncs")),
    Row(3, "the network is cut", 5000, 40, cut_off, ("stores_repeats_again",)),
    Row(4, "slow lines, and dead ones", 50, 10, poorly_connected, ("believes_in_everybody",)),
    Row(5, "Redis is gone between two nodes", 100, 4, without_redis, ("comes_back_to_no_redis",)),
    Row(6, "PostgreSQL is restarted, or drops its connections", 100, 2, interrupted, (EARLY, "blames_itself")),
    Row(11, "the disk is full, or broken", 50, 2, filled, (EARLY,)),
    Row(11, "a small file system is full", 50, 2, truly_filled, (EARLY,)),
    Row(12, "malformed frames", 10_000, 600, malformed, ("reads_any_packet", "keeps_every_frame")),
    Row(13, "readers that stall", 200, 40, stalled, ("believes_in_everybody",)),
    Row(14, "slow heads and bodies", 500, 50, slow, ("waits_for_ever",)),
    Row(17, "SIGTERM under 500 pages", 20, 2, rolled, ("drops_what_it_acknowledged", "waits_for_its_pages")),
    Row(19, "a session ends in the middle of a conversation", 30, 2, revoked, ("leaves_pages_open",)),
    Row(20, "seeded simulation", 10_000, 20, simulated, ("knows_no_repeats", "looks_ahead")),
)
