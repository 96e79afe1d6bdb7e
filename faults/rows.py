"""The rows that can be run."""

from typing import Final

from faults.clocked import clock_moved
from faults.contended import contended
from faults.cuts import cut_off
from faults.due import down, killed_at_work, stopped
from faults.full import filled, truly_filled
from faults.kill import killed
from faults.malformed import malformed
from faults.nodes import without_redis
from faults.poor import poorly_connected
from faults.postgres import interrupted
from faults.power import power_lost
from faults.restored import restored
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
    Row(7, "the node that holds the leases is stopped for 30 s", 10, 1, stopped, ("trusts_its_lease",)),
    Row(8, "two nodes are killed over 10,000 due jobs", 10_000, 1_000, killed_at_work, ("marks_before_it_does",)),
    Row(9, "the clock goes astray", 2_000, 20, clock_moved, ("looks_ahead", "counts_on_the_wall")),
    Row(10, "24 hours of downtime", 10_000, 500, down, ("forgets_what_is_late",)),
    Row(11, "the disk is full, or broken", 50, 2, filled, (EARLY,)),
    Row(11, "a small file system is full", 50, 2, truly_filled, (EARLY,)),
    Row(12, "malformed frames", 10_000, 600, malformed, ("reads_any_packet", "keeps_every_frame")),
    Row(13, "readers that stall", 200, 40, stalled, ("believes_in_everybody",)),
    Row(14, "slow heads and bodies", 500, 50, slow, ("waits_for_ever",)),
    Row(16, "200 clients want one slot, at two nodes", 1_000, 4, contended, ("believes_its_own_look",)),
    Row(17, "SIGTERM under 500 pages", 20, 2, rolled, ("drops_what_it_acknowledged", "waits_for_its_pages")),
    Row(18, "backups under load, and restores", 40, 1, restored, ("copies_the_file_alone", "keeps_no_ledger")),
    Row(19, "a session ends in the middle of a conversation", 30, 2, revoked, ("leaves_pages_open",)),
    Row(20, "seeded simulation", 10_000, 20, simulated, ("knows_no_repeats", "looks_ahead")),
)
