"""People who want to be told, and what they do about it."""

import re
from email.message import EmailMessage

from chatserver.ways.wire import (
    ConfirmMail,
    EnterMail,
    LanguageName,
    QuietHours,
    ReadWays,
    RemoveMail,
    SetQuietHours,
    Ways,
)
from tests.api.house import House
from tests.mail_server import MailServer
from tests.person import Person


async def ways_of(person: Person) -> Ways:
    """As their page shows them."""
    return await person.browser.get("/api/ways", ReadWays(), Ways)


async def enter(person: Person, address: str, language: LanguageName = "de") -> Ways:
    """Asks for the code."""
    return await person.browser.put("/api/ways/mail", EnterMail(address, language), Ways)


async def confirm(person: Person, code: str) -> Ways:
    """Types it."""
    return await person.browser.post("/api/ways/mail/confirmation", ConfirmMail(code), Ways)


async def remove_mail(person: Person) -> Ways:
    """Does not want it any more."""
    return await person.browser.post("/api/ways/mail/removal", RemoveMail(), Ways)


async def be_quiet(person: Person, begins: int, ends: int) -> Ways:
    """Wants to be left alone between these hours."""
    quiet = SetQuietHours(QuietHours(begins * 60, ends * 60))
    return await person.browser.put("/api/ways/quiet-hours", quiet, Ways)


def code_in(mail: EmailMessage) -> str:
    """The six digits."""
    found = re.search(r"\b\d{6}\b", mail.get_content())
    assert found is not None
    return found[0]


async def wants_mail(house: House, post: MailServer, person: Person, language: LanguageName = "de") -> str:
    """Enters an address, looks into the mailbox and confirms; nothing lies in the mailbox afterwards."""
    address = f"{person.name}@post.example"
    await enter(person, address, language)
    await house.server.look()
    await confirm(person, code_in(post.mails[-1]))
    post.received.clear()
    return address
