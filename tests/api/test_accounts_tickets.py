"""Shares are the server's own, and their tickets cannot be made, kept or turned to something else."""

from datetime import UTC, datetime, timedelta

import pytest

from chatserver.accounts.tickets import TICKET_LASTS, draw_share, redeem
from chatserver.errors import TicketInvalid
from crypto.encoding import fields, lp

SECRET = bytes(range(32))
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_a_ticket_gives_back_its_share_until_the_hour_is_over() -> None:
    """The last millisecond counts, the hour itself does not."""
    drawn = draw_share(SECRET, "user", NOW)
    assert redeem(SECRET, "user", drawn.ticket, NOW + TICKET_LASTS - timedelta(milliseconds=1)) == drawn.share
    with pytest.raises(TicketInvalid):
        redeem(SECRET, "user", drawn.ticket, NOW + TICKET_LASTS)


def test_a_ticket_serves_one_purpose() -> None:
    """A room's share does not open an account."""
    drawn = draw_share(SECRET, "room", NOW)
    with pytest.raises(TicketInvalid):
        redeem(SECRET, "user", drawn.ticket, NOW)


def test_no_field_of_a_ticket_can_be_exchanged() -> None:
    """Purpose, share, expiry, agency, effort and proof hang together."""
    mine = draw_share(SECRET, "user", NOW, agency="a1", bits=9)
    other = draw_share(SECRET, "user", NOW + timedelta(minutes=5), agency="b2", bits=0)
    for place in range(1, 6):
        mixed = fields(mine.ticket, 6)
        mixed[place] = fields(other.ticket, 6)[place]
        with pytest.raises(TicketInvalid):
            redeem(SECRET, "user", lp(*mixed), NOW)


def test_a_ticket_of_another_server_is_refused() -> None:
    """Nobody brings a share of their own."""
    with pytest.raises(TicketInvalid):
        redeem(bytes(32), "user", draw_share(SECRET, "user", NOW).ticket, NOW)


@pytest.mark.parametrize(
    "ticket", [b"", b"\x00", b"\xff" * 40, lp(b"user"), lp(b"user", bytes(32), bytes(8), b"", bytes(8), b"")]
)
def test_what_is_no_ticket_is_refused_in_the_same_words(ticket: bytes) -> None:
    """Broken bytes are not an error of the server."""
    with pytest.raises(TicketInvalid):
        redeem(SECRET, "user", ticket, NOW)
