"""The log-in page of somebody whose server lies: once with a defence taken out, once with all of them."""

import re
from dataclasses import dataclass
from typing import Final

from playwright.async_api import expect

from chatserver.wire.binary import from_base64url, to_wire
from crypto import Identity, new_vault
from crypto.vault import VaultWrite
from tests.browser.conftest import PHONE
from tests.malicious.browser.stage import Stage, Victim
from tests.people import Client
from tests.person import Person
from tests.vault_on_the_wire import on_the_wire

VAULT: Final = r"^/api/vault$"
_AUTH: Final = re.compile(rb'"auth":"([\w-]+)"')


@dataclass(slots=True)
class Door(Victim):
    """Nobody is logged in here for longer than one attempt."""

    async def tries(self, person: Person, *without: str) -> None:
        """Name and password, from an empty page."""
        await self.go("/login")
        await self.without(*without)
        await self.log_in(person.name, person.password)

    async def is_in(self) -> None:
        """The vault is open, and nothing is said to be wrong."""
        await self.heading("threads_title")
        await expect(self.page.locator("[data-stopped], [data-code]")).to_have_count(0)

    async def leaves(self) -> None:
        """Logs out."""
        await self.go("/threads")
        await self.button("log_out").click()
        await self.heading("start_title")

    async def is_stopped(self, code: str, title: str, reason: str) -> None:
        """Nothing is shown but why, that nothing was lost, and the way back to the log-in page."""
        await self.heading(title)
        stop = self.page.locator(f'[data-stopped="{code}"]')
        await expect(stop).to_contain_text(self.says(reason))
        await expect(stop).to_contain_text(self.says("stopped_safe"))
        await self.button("stopped_again").click()
        await expect(self.button("login_button")).to_be_visible()


async def at_the_door(stage: Stage) -> Door:
    """In German, on a phone."""
    page = await stage.arrive("/login", "de", PHONE, "/threads")
    return Door(page.page, page.language, page.home)


def heard(stage: Stage) -> list[bytes]:
    """The log-in keys that have passed since the overheard was last forgotten."""
    return [from_base64url(one.decode()) for one in _AUTH.findall(bytes(stage.liar.overheard))]


def shows_vault(stage: Stage, write: VaultWrite) -> None:
    """The server hands out this one."""
    stage.liar.lie(VAULT, lambda told: to_wire(on_the_wire(write)) if "blob" in told else told)


async def sealed_for(client: Client, identity: Identity) -> VaultWrite:
    """A vault of somebody else that this person's password opens, of the version that the server has."""
    vault = new_vault(identity, (await client.keys()).wrap, client.share)
    vault.version = (await client.stored_vault()).version - 1
    return vault.seal()
