"""Saying how one wants to be told. Whoever reads an answer learns of their own ways only."""

import hmac

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.deliveries.actions import forget_ways, send_code
from chatserver.deliveries.codes import CODE_LASTS, code_for
from chatserver.deliveries.sealing import AUTH_BYTES, is_point, point_of, push_key_of
from chatserver.deps import Asker, Deps, Work, look, work
from chatserver.errors import MailAddressInvalid, MailCodeWrong, Malformed, NotFound, TooManyRequests
from chatserver.mail_address import is_mail_address
from chatserver.outward import is_outward_address
from chatserver.ways import store
from chatserver.ways.model import (
    BROWSERS,
    CODES_OF_ACCOUNT,
    CODES_TO_ADDRESS,
    WRONG_CODES,
    Way,
    hash_of,
    new_browser,
    new_mail,
)
from chatserver.ways.wire import (
    AddBrowser,
    BrowserWay,
    ConfirmMail,
    EnterMail,
    MailWay,
    ReadWays,
    RemoveBrowser,
    RemoveMail,
    SetQuietHours,
    Ways,
)


async def read_ways(deps: Deps, asker: Asker, command: ReadWays) -> Ways:
    """One's own, and what this server offers."""
    async with look(deps) as db:
        return await _shown(deps, db, asker)


async def enter_mail(deps: Deps, asker: Asker, command: EnterMail) -> Ways:
    """A code goes to that address; whatever address was there before is gone.

    The answer is the same whether somebody else has the address, and whether it has been sent too many codes already.
    Raises NotFound where no mail is sent, MailAddressInvalid, TooManyRequests.
    """
    if not deps.config.mails:
        raise NotFound
    address = command.address.strip()
    if not is_mail_address(address):
        raise MailAddressInvalid("address")
    async with work(deps) as tx:
        present = await store.mail_of(tx.db, asker.account_id)
        if present is not None and present.confirmed_at is not None and present.address == address:
            await store.choose_language(tx.db, present.id, command.language)
        else:
            await _ask(tx, deps, present, new_mail(asker.account_id, address, command.language, deps.now()))
        return await _shown(deps, tx.db, asker)


async def _ask(tx: Work, deps: Deps, before: Way | None, way: Way) -> None:
    now, address_hash = deps.now(), hash_of(deps.secrets.server_secret, way.address)
    if await store.codes_of_account(tx.db, way.account_id, now) >= CODES_OF_ACCOUNT:
        raise TooManyRequests
    # To this address, whoever asks: nobody's mailbox is filled from here.
    enough = await store.codes_to(tx.db, address_hash, now) >= CODES_TO_ADDRESS
    await store.note_code(tx.db, way.account_id, address_hash, now)
    if before is not None:
        await forget_ways(tx, [before.id])
    # Another page of the same person may have been quicker: then that one asked.
    if await store.add(tx.db, way) and not enough:
        await send_code(tx, way.id, now=now)


async def confirm_mail(deps: Deps, asker: Asker, command: ConfirmMail) -> Ways:
    """The address is one's own. A repeat gets the answer. Raises MailCodeWrong, also for one whose time is over."""
    given = "".join(command.code.split())
    async with work(deps) as tx:
        way = await store.mail_of(tx.db, asker.account_id)
        if way is not None and way.confirmed_at is None:
            right = _right(deps, way, given)
            await (store.confirm(tx.db, way.id, deps.now()) if right else store.count_wrong(tx.db, way.id))
        else:
            right = way is not None
        shown = await _shown(deps, tx.db, asker)
    # Only now: a guess that is refused must stay counted.
    if not right:
        raise MailCodeWrong("code")
    return shown


def _right(deps: Deps, way: Way, given: str) -> bool:
    in_time = deps.now() < way.created_at + CODE_LASTS and way.wrong_codes < WRONG_CODES
    code = code_for(deps.secrets.server_secret, way.id)
    return hmac.compare_digest(code.encode(), given.encode("utf-8", "replace")) and in_time


async def remove_mail(deps: Deps, asker: Asker, command: RemoveMail) -> Ways:
    """No mail any more, from now on; nothing is kept of the address."""
    async with work(deps) as tx:
        way = await store.mail_of(tx.db, asker.account_id)
        if way is not None:
            await forget_ways(tx, [way.id])
        return await _shown(deps, tx.db, asker)


async def add_browser(deps: Deps, asker: Asker, command: AddBrowser) -> Ways:
    """This browser shows notices to this person from now on, and to nobody else. Raises NotFound, Malformed."""
    if not deps.config.push:
        raise NotFound
    if not is_outward_address(command.endpoint):
        raise Malformed("endpoint")
    if not is_point(command.p256dh):
        raise Malformed("p256dh")
    if len(command.auth) != AUTH_BYTES:
        raise Malformed("auth")
    way = new_browser(asker.account_id, command.endpoint, (command.p256dh, command.auth), command.language, deps.now())
    async with work(deps) as tx:
        before = await store.browser_at(tx.db, way.address)
        mine = [one for one in await store.ways_of(tx.db, asker.account_id) if one.kind == "push"]
        too_many = [one.id for one in mine if before is None or one.id != before.id][: -(BROWSERS - 1)]
        await forget_ways(tx, [*too_many, *([before.id] if before else [])])
        await store.add(tx.db, way)
        return await _shown(deps, tx.db, asker)


async def remove_browser(deps: Deps, asker: Asker, command: RemoveBrowser) -> Ways:
    """One of one's own shows nothing any more. Raises NotFound."""
    async with work(deps) as tx:
        mine = [one.id for one in await store.ways_of(tx.db, asker.account_id) if one.kind == "push"]
        if command.way not in mine:
            raise NotFound
        await forget_ways(tx, [command.way])
        return await _shown(deps, tx.db, asker)


async def set_quiet_hours(deps: Deps, asker: Asker, command: SetQuietHours) -> Ways:
    """When only what belongs to a promise comes. Raises Malformed where they would be the whole day."""
    if command.quiet is not None and command.quiet.begins == command.quiet.ends:
        raise Malformed("quiet")
    async with work(deps) as tx:
        await store.keep_quiet(tx.db, asker.account_id, command.quiet)
        return await _shown(deps, tx.db, asker)


async def forget_all_ways(tx: Work, account_id: str) -> None:
    """For whoever leaves, or goes on under new keys: nothing is sent on their behalf any more."""
    await forget_ways(tx, [one.id for one in await store.ways_of(tx.db, account_id)])
    await store.keep_quiet(tx.db, account_id, None)


async def _shown(deps: Deps, db: AsyncConnection, asker: Asker) -> Ways:
    mine = await store.ways_of(db, asker.account_id)
    mail = next((one for one in mine if one.kind == "mail"), None)
    return Ways(
        mail_offered=deps.config.mails,
        push_key=point_of(push_key_of(deps.secrets.server_secret)) if deps.config.push else None,
        mail=_shown_mail(mail) if mail else None,
        browsers=[BrowserWay(one.id, one.address, one.created_at, one.failed_at) for one in mine if one.kind == "push"],
        quiet=await store.quiet_of(db, asker.account_id),
    )


def _shown_mail(way: Way) -> MailWay:
    return MailWay(way.address, way.language, way.confirmed_at is not None, way.failed_at)
