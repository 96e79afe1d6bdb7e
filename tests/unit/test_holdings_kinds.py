"""Whoever adds a column that names a person says whether that person gets to see the row."""

from typing import Final

from booking import tables as booking
from booking.tables import metadata
from chatserver import tables as own
from chatserver.holdings.kinds import OF_ANYBODY, OF_CLIENTS, OF_STAFF

# Columns that name somebody without saying so in the database.
_BY_NAME: Final = {"client", "counsellor", "client_id", "account_id", "handed_to", "began_by", "by_id"}
# Rows that are not told, and why.
NOT_TOLD: Final = {
    "user_shares": "the server's half of a key: whoever has it has half of what opens the vault",
    "spare_codes": "hashes of what opens",
    "factor_tickets": "hashes of what opens, for ten minutes",
    "provider_journeys": "hashes of what came from a provider, until the way back",
    "factor_tries": "when somebody guessed wrong; gone with the next right one",
    "seats": "that somebody has a seat stands with the reservation",
    "dangers": "of the client it is theirs who protect them; of the colleague it is told",
}
_KINDS: Final = (*OF_ANYBODY, *OF_CLIENTS, *OF_STAFF)


def test_every_table_that_names_a_person_is_told_to_them_or_says_why_not() -> None:
    """A new table fails here until somebody has thought of it."""
    assert own.accounts.metadata is booking.metadata
    naming = {
        table.name
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name in _BY_NAME or any(key.column.table is own.accounts for key in column.foreign_keys)
    }
    assert naming - {kind.table.name for kind in _KINDS} - set(NOT_TOLD) == set()


def test_nothing_that_opens_something_is_told() -> None:
    """No verifier, no hash, no sealed key, no address of a push service's secret."""
    told = {f"{kind.table.name}.{name}" for kind in _KINDS for name in kind.told}
    ends = ("_hash", "_verifier", "salt", "secret", "share", "slot", "blob", "sealed", "push_auth", "push_key")
    assert [one for one in told if one.endswith(ends)] == []


def test_nobody_elses_id_is_told() -> None:
    """Who counsels whom stands in names, where people see it anyway."""
    others = {
        "client_id",
        "counsellor_id",
        "counsellor",
        "client",
        "handed_to",
        "waived_by",
        "reviewed_by",
        "invited_by",
    }
    assert {name for kind in _KINDS for name in kind.told} & others == set()
