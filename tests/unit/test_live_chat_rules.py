"""When a live chat may begin."""

from datetime import UTC, datetime, timedelta

import pytest

from booking.errors import AppointmentOver
from booking.model import Span
from chatserver.appointments.model import check_may_begin, ends_itself_at, opens_at
from chatserver.errors import NotOpenYet

START = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
SPAN = Span(START, START + timedelta(minutes=50))
SECOND = timedelta(seconds=1)


def test_it_opens_ten_minutes_before_and_not_a_second_earlier() -> None:
    """Both sides can arrive before the hour strikes."""
    with pytest.raises(NotOpenYet):
        check_may_begin(booked=True, span=SPAN, now=opens_at(START) - SECOND)
    check_may_begin(booked=True, span=SPAN, now=START - timedelta(minutes=10))


def test_it_may_begin_until_the_appointment_is_over() -> None:
    """Late is better than not at all."""
    check_may_begin(booked=True, span=SPAN, now=SPAN.ends_at - SECOND)
    with pytest.raises(AppointmentOver):
        check_may_begin(booked=True, span=SPAN, now=SPAN.ends_at)


def test_what_was_cancelled_or_is_done_does_not_begin() -> None:
    """Whatever the time."""
    with pytest.raises(AppointmentOver):
        check_may_begin(booked=False, span=SPAN, now=START)


def test_a_forgotten_chat_is_over_half_an_hour_after_its_end() -> None:
    """Nobody is cut off in the middle of a sentence."""
    assert ends_itself_at(SPAN.ends_at) - SPAN.ends_at == timedelta(minutes=30)
