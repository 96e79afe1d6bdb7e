"""Fetching somebody's calendar leads to public machines only, whatever names, redirects and answers say."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from chatserver.imports import fetching
from chatserver.imports.fetching import MOST_REDIRECTS, NotFetched, fetch, host_of, https_address
from chatserver.imports.reading import LARGEST
from chatserver.outward import is_public
from tests.calendar_host import ADDRESS, NAME, OUT_THERE, CalendarHost, calendar, calendar_host

CONTENT = calendar("UID:1\nDTSTART:20261127T100000Z")


@pytest_asyncio.fixture
async def host(tmp_path: Path) -> AsyncIterator[CalendarHost]:
    """Somebody's calendar lies there."""
    async with calendar_host(tmp_path) as opened:
        opened.content = CONTENT
        yield opened


async def failure(host: CalendarHost, address: str = ADDRESS) -> str:
    with pytest.raises(NotFetched) as caught:
        await fetch(host.outward, address)
    return caught.value.failure


def moved(to: str) -> web.Response:
    return web.Response(status=302, headers={"Location": to})


async def test_a_calendar_is_fetched_without_a_word_of_who_asks(
    host: CalendarHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No cookie that was set before, no login, nothing of a proxy that this machine knows."""
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    host.answers = [web.Response(status=302, headers={"Location": ADDRESS, "Set-Cookie": "who=me; Path=/"})]
    assert await fetch(host.outward, ADDRESS) == CONTENT
    assert [sorted(one.headers) for one in host.asked] == [["Accept", "Accept-Encoding", "Host", "User-Agent"]] * 2


@pytest.mark.parametrize(
    "at",
    [
        *(
            "127.0.0.1",
            "127.8.9.10",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
        ),
        *("100.100.100.200", "192.0.0.192", "168.63.129.16", "198.18.0.1", "224.0.0.1", "255.255.255.255"),
        *("::1", "::", "fe80::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001:db8::1", "100::1"),
    ],
)
async def test_a_name_that_leads_inside_is_not_asked(host: CalendarHost, at: str) -> None:
    """Loopback, private, link-local, carriers' own, metadata; also in the clothes of IPv6."""
    host.leads_to = [at]
    assert not is_public(at)
    assert await failure(host) == "address_not_public"
    assert host.asked == []


async def test_a_name_that_leads_elsewhere_the_second_time_gains_nothing(host: CalendarHost) -> None:
    """It is looked up once for each connection, and what was judged is what is spoken to."""
    host.leads_to = [OUT_THERE, "127.0.0.1"]
    assert await fetch(host.outward, ADDRESS) == CONTENT
    assert host.looked_up == [NAME]
    assert await failure(host) == "address_not_public"
    assert len(host.asked) == 1


@pytest.mark.parametrize(
    "to",
    [
        *(
            "http://calendar.example/plain",
            "https://127.0.0.1/x",
            "https://[::1]/x",
            "https://10.0.0.1/",
            "https://localhost/",
        ),
        *(
            "https://calendar.example:22/",
            "file:///etc/passwd",
            "gopher://calendar.example/",
            "https://me:x@calendar.example/",
        ),
        *("//169.254.169.254/latest/meta-data", "https://2130706433/", "https://0x7f.1/"),
    ],
)
async def test_a_redirect_is_judged_like_the_address(host: CalendarHost, to: str) -> None:
    """Https, a name, the usual port: or nobody goes there."""
    host.answers = [moved(to)]
    assert await failure(host) == "address_not_public"
    assert len(host.asked) == 1


async def test_a_redirect_to_a_name_in_a_private_network_is_not_followed(host: CalendarHost) -> None:
    """The name itself is as good as any."""
    host.answers, host.leads_to = [moved("https://intranet.example/")], [OUT_THERE, "192.168.0.7"]
    assert await failure(host) == "address_not_public"
    assert host.looked_up == [NAME, "intranet.example"]
    assert len(host.asked) == 1


async def test_redirects_are_few(host: CalendarHost) -> None:
    """As many as anybody needs, and no circle."""
    host.answers = [moved("/elsewhere") for _ in range(MOST_REDIRECTS)]
    assert await fetch(host.outward, ADDRESS) == CONTENT
    host.answers = [moved("/elsewhere") for _ in range(MOST_REDIRECTS + 1)]
    assert await failure(host) == "address_redirects"


async def test_what_is_endless_is_left_at_its_limit(host: CalendarHost) -> None:
    """Whatever it says of its length."""
    host.answers = [web.Response(body=b"x" * (LARGEST + 1))]
    assert await failure(host) == "calendar_too_large"


async def test_what_is_packed_is_not_unpacked(host: CalendarHost) -> None:
    """Five kilobytes can become five gigabytes, and nobody has asked for it."""
    host.answers = [web.Response(body=b"\x1f\x8b" + bytes(100), headers={"Content-Encoding": "gzip"})]
    assert await failure(host) == "address_refused"


async def test_who_does_not_answer_is_left(host: CalendarHost, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a time that leaves the lease whole."""
    monkeypatch.setattr(fetching, "WITHIN_SECONDS", 0)
    assert await failure(host) == "address_too_slow"


@pytest.mark.parametrize("status", [204, 401, 403, 404, 410, 429, 500])
async def test_every_other_answer_is_a_refusal(host: CalendarHost, status: int) -> None:
    """And says nothing of what the other side has written."""
    host.answers = [web.Response(status=status)]
    assert await failure(host) == "address_refused"


async def test_a_certificate_for_somebody_else_is_none(host: CalendarHost) -> None:
    """Nor is a machine that is not there."""
    assert await failure(host, "https://another.example/x.ics") == "address_unreachable"


def test_webcal_is_https_and_only_the_name_is_shown() -> None:
    """The rest of an address is its owner's secret."""
    assert https_address(f" webcal://{NAME}/a?b=c ") == f"https://{NAME}/a?b=c"
    assert https_address(f"HTTPS://{NAME}/a") == f"https://{NAME}/a"
    assert [https_address(one) for one in ("http://a.example/", "webcal:", "a.example", "", "https://127.0.0.1/")] == [
        None
    ] * 5
    assert host_of(ADDRESS) == NAME
