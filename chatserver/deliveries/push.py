"""Handing a push to the service of a browser's maker (RFC 8030). It learns when, and nothing else."""

from typing import Final
from urllib.parse import urlsplit

import aiohttp

from chatserver.deliveries.model import Outcome, Parcel
from chatserver.deliveries.sealing import authorization, push_key_of, seal
from chatserver.deps import Deps
from chatserver.logs import log
from chatserver.outward import NotPublic, is_outward_address

# Kept for a telephone that is switched off; after a day nobody needs to hear of it.
TTL_SECONDS: Final = 24 * 3600
TAKEN: Final = range(200, 300)
GONE: Final = (404, 410)
TOO_FAST: Final = 429
# Theirs, and passing.
THEIR_FAULT: Final = 500
# Not for mail's sake: push services want to know whom to ask.
NOBODY: Final = "https://sprechraum.invalid"


async def send_push(deps: Deps, parcel: Parcel) -> Outcome:
    """One try to hand one push over. What is unexpected is raised: nobody knows whether it has arrived then."""
    if not deps.config.push or parcel.push_key is None or parcel.push_auth is None:
        return Outcome.LATER
    if not is_outward_address(parcel.address):
        return Outcome.REFUSED
    outward = deps.outward
    connector = aiohttp.TCPConnector(resolver=outward.resolver(), use_dns_cache=False, ssl=outward.trust or True)
    # Which language the browser shows its one sentence in; two bytes, whatever has happened.
    body = seal(parcel.language.encode("ascii"), parcel.push_key, parcel.push_auth)
    try:
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            # A redirect could lead where the name itself must not.
            session.post(parcel.address, data=body, headers=_headers(deps, parcel), allow_redirects=False) as answer,
        ):
            return _outcome(answer.status)
    except aiohttp.ClientConnectorError as reason:
        log.warning("push_not_taken", error=reason.os_error)
        return Outcome.REFUSED if isinstance(reason.os_error, NotPublic) else Outcome.LATER


def _headers(deps: Deps, parcel: Parcel) -> dict[str, str]:
    parts = urlsplit(parcel.address)
    key = push_key_of(deps.secrets.server_secret)
    contact = deps.config.address if deps.config.secure else NOBODY
    return {
        "Authorization": authorization(key, f"{parts.scheme}://{parts.netloc}", contact, deps.now()),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(TTL_SECONDS),
        # Of those that wait there only the newest is shown: they say the same.
        "Topic": "news",
        "Urgency": "normal",
        "User-Agent": "Sprechraum",
    }


def _outcome(status: int) -> Outcome:
    if status in TAKEN:
        return Outcome.DELIVERED
    if status in GONE:
        return Outcome.GONE
    log.warning("push_refused", status=status)
    return Outcome.LATER if status == TOO_FAST or status >= THEIR_FAULT else Outcome.REFUSED
