"""An agency of its own for lies about agencies: what happens to its lists disturbs nobody else."""

from dataclasses import dataclass
from typing import Any, Final

from chatserver.agencies.wire import Agency
from chatserver.wire.binary import to_base64url
from crypto import Roster, root_fingerprint_of
from tests.api.house import MUENSTER
from tests.browser.conftest import DESKTOP, PHONE
from tests.coordinator import Coordinator
from tests.malicious.browser.stage import Stage, Victim
from tests.malicious.scene import ANSWER, FIRST_WORDS
from tests.people import Client, Counsellor
from tests.person import Person
from tests.person_room import Room

TOPIC: Final = "general"
ROSTER: Final = r"/roster$"


@dataclass(slots=True)
class Lotsen:
    """`okafor` counsels, `brandt` keeps the list; the server tells both the truth."""

    stage: Stage
    agency: Agency
    okafor: Counsellor
    brandt: Coordinator

    async def newest(self) -> Roster:
        return await self.brandt.newest_roster()

    async def renewed(self) -> Roster:
        """The same people, one number higher."""
        await self.brandt.renew()
        return await self.newest()

    def shows(self, roster: Roster) -> None:
        """Instead of the true one of that number, and as the newest."""
        told = {"agency": self.agency.id, "number": roster.number, "roster": to_base64url(roster.raw)}
        self.stage.liar.lie(ROSTER, lambda true: told if true["number"] >= roster.number else true)

    async def hires(self, name: str) -> str:
        """Somebody whom the coordinator has made up. Gives the name that is shown."""
        ghost, shown = self.stage.house.newcomer(name), f"Frau {name.title()}"
        await ghost.accept_invitation(await self.brandt.invite(shown, "counsel", "duty"))
        (invitation,) = await self.brandt.invitations()
        await self.brandt.certify(invitation)
        return shown

    async def conversation(self, name: str) -> tuple[Client, Room, Room]:
        """A client, the client's room, and the desk where it is answered."""
        client = await self.stage.client(name)
        # The newest list and duty key, whatever has happened to them.
        await self.okafor.log_in()
        agency = (await client.find_agency(TOPIC, MUENSTER)).agency
        room = await client.write_enquiry(agency, TOPIC, FIRST_WORDS)
        desk = await self.okafor.take(room.id)
        await desk.write(ANSWER)
        return client, room, desk


async def lotsenstelle(stage: Stage) -> Lotsen:
    """Logged in from Python."""
    okafor, brandt = await stage.house.counsellor("okafor"), await stage.house.coordinator("brandt")
    return Lotsen(stage, (await okafor.own_agency()).agency, okafor, brandt)


async def page_of(stage: Stage, person: Person) -> Victim:
    """Clients on a phone, in German; counsellors at a desk, in English."""
    language, size, home = ("de", PHONE, "/threads") if isinstance(person, Client) else ("en", DESKTOP, "/inbox")
    page = await stage.arrive("/login", language, size, home)
    await page.log_in(person.name, person.password)
    await page.heading("threads_title" if home == "/threads" else "inbox_title")
    return page


def as_agency(roster: bytes, told: Any, root: bytes | None = None) -> Any:
    """The answer to "who helps here", or "where do I work", with another list and its root."""
    shown = to_base64url(root_fingerprint_of(roster) if root is None else root)
    return {**told, "agency": {**told["agency"], "root_fingerprint": shown, "roster": to_base64url(roster)}}


__all__ = ["MUENSTER", "ROSTER", "TOPIC", "Lotsen", "as_agency", "lotsenstelle", "page_of"]
