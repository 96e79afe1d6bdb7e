"""The addresses of groups."""

from typing import Final

from chatserver.groups import actions, wire
from chatserver.http import Route, Who

ROUTES: Final = (
    Route(
        "GET",
        "/api/groups",
        wire.ListGroups,
        wire.Groups,
        actions.list_groups,
        who=Who.CLIENT,
        summary="Groups at the agencies to which the client has written",
    ),
    Route(
        "POST",
        "/api/groups/{group}/seat",
        wire.TakeSeat,
        wire.Group,
        actions.take_seat,
        who=Who.CLIENT,
        summary="A seat, under a name chosen for this group",
    ),
    Route(
        "POST",
        "/api/groups/{group}/leave",
        wire.LeaveGroup,
        wire.Group,
        actions.leave,
        who=Who.CLIENT,
        summary="Gives the seat back; a repeat changes nothing",
    ),
    Route(
        "GET",
        "/api/calendar/groups",
        wire.ListOwnGroups,
        wire.OwnGroups,
        actions.list_own_groups,
        who=Who.COUNSELLOR,
        summary="The counsellor's own groups and who comes",
    ),
    Route(
        "GET",
        "/api/calendar/groups/times",
        wire.ListGroupTimes,
        wire.GroupTimes,
        actions.list_times,
        who=Who.COUNSELLOR,
        summary="When a group could be, there and for so long",
    ),
    Route(
        "POST",
        "/api/calendar/groups",
        wire.AnnounceGroup,
        wire.OwnGroup,
        actions.announce_group,
        who=Who.COUNSELLOR,
        summary="A group to which people can come",
    ),
    Route(
        "POST",
        "/api/calendar/groups/{group}/cancel",
        wire.CallOffGroup,
        wire.OwnGroup,
        actions.call_off_group,
        who=Who.COUNSELLOR,
        summary="Calls it off; whoever had a seat is told",
    ),
)
