"""Calendars over HTTP."""

from datetime import timedelta
from typing import Final

from chatserver.calendars import actions
from chatserver.calendars.wire import (
    CloseFeed,
    FeedOpened,
    FeedState,
    OpenFeed,
    ReadAppointmentFile,
    ReadFeed,
    ReadFeedState,
)
from chatserver.http import Limit, Route, Who

ICALENDAR: Final = "text/calendar"

ROUTES: Final = (
    Route(
        "GET",
        "/api/appointments/{appointment}/file",
        ReadAppointmentFile,
        bytes,
        actions.read_appointment_file,
        summary="One's own appointment as a file for a calendar, which says when and nothing else",
        media=ICALENDAR,
    ),
    Route(
        "GET",
        "/api/calendar/feed",
        ReadFeedState,
        FeedState,
        actions.read_feed_state,
        who=Who.COUNSELLOR,
        summary="Whether there is an address under which one's own calendar program reads along",
    ),
    Route(
        "POST",
        "/api/calendar/feed",
        OpenFeed,
        FeedOpened,
        actions.open_feed,
        who=Who.COUNSELLOR,
        summary="A new address; the one before leads nowhere any more",
    ),
    Route(
        "POST",
        "/api/calendar/feed/close",
        CloseFeed,
        FeedState,
        actions.close_feed,
        who=Who.COUNSELLOR,
        summary="The address leads nowhere any more",
    ),
    Route(
        "GET",
        "/api/feeds/{token}",
        ReadFeed,
        bytes,
        actions.read_feed,
        who=Who.ANYONE,
        summary="A counsellor's appointments for a calendar program: when, and nothing else",
        limit=Limit(120, timedelta(hours=1)),
        media=ICALENDAR,
    ),
)
