"""An agency that did not exist a moment ago: planned, founded, staffed."""

from dataclasses import dataclass, field
from typing import Final

from chatserver.foundings.actions import plan_agency
from chatserver.foundings.model import Plan
from chatserver.wire.types import Capability
from tests.api.house import House
from tests.coordinator import Coordinator
from tests.next_roster import Paper
from tests.people import Counsellor

PLAN: Final = Plan(
    name="Haus am Wehr",
    about_de="Beratung bei Schulden.",
    about_en="Advice with debts.",
    address="Wehrgasse 1, 48147 Münster",
    phone="030 23125 070",
    zone="Europe/Berlin",
    topics=["debt"],
    areas=["48143-48167"],
    fallback=False,
)


@dataclass(frozen=True, slots=True)
class Begun:
    """The agency's founder, and the paper that lies in the safe."""

    house: House
    founder: Coordinator
    paper: Paper = field(repr=False)

    async def hire(self, name: str, *capabilities: Capability) -> Counsellor:
        """Invites, accepts, certifies; the colleague is logged in with the duty key, if it is theirs."""
        colleague = self.house.newcomer(name)
        await self._bring(colleague, *capabilities)
        return colleague

    async def hire_coordinator(self, name: str, *besides: Capability) -> Coordinator:
        """The same for somebody who is to keep the roster, too: the root's paper is fetched for that."""
        colleague = self.house.founder(name)
        await self._bring(colleague, "coordinate", *besides)
        return colleague

    async def _bring(self, colleague: Counsellor, *capabilities: Capability) -> None:
        link = await self.founder.invite(f"Frau {colleague.name.title()}", *capabilities)
        await colleague.accept_invitation(link)
        (invitation,) = await self.founder.invitations()
        await self.founder.certify(invitation, self.paper if "coordinate" in capabilities else None)
        await colleague.log_in()


async def begin(house: House, *capabilities: Capability) -> Begun:
    """Plans and founds it."""
    token = await plan_agency(house.deps, PLAN)
    founder = house.founder("rosendahl")
    paper = await founder.found_agency(token, "Frau Rosendahl", capabilities or ("coordinate",))
    await founder.log_in()
    return Begun(house, founder, paper)
