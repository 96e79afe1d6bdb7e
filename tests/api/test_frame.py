"""What holds for every address of the server, whatever it is about."""

import asyncio
import gzip
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from chatserver import __version__
from chatserver.config import Config, ConfigInvalid
from chatserver.main import running
from chatserver.transport.pages import CHECKOUT
from tests.api.house import House

ROOT = Path(__file__).parents[2]


@pytest_asyncio.fixture
async def http(empty_house: House) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(empty_house.url, headers={"Origin": empty_house.url}) as session:
        yield session


async def refusal(answer: aiohttp.ClientResponse) -> tuple[int, str, str | None]:
    body = await answer.json()
    assert set(body) - {"field"} == {"code", "message"}
    return answer.status, body["code"], body.get("field")


async def test_the_server_says_that_it_is_there(http: aiohttp.ClientSession) -> None:
    """For whoever watches over it."""
    async with http.get("/api/health") as answer:
        assert await answer.json() == {"status": "ok", "version": __version__}


def test_the_package_and_the_server_have_one_version() -> None:
    """What is installed is what answers."""
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text("utf-8")


async def test_what_is_not_there_is_refused_in_the_same_form(http: aiohttp.ClientSession) -> None:
    """Unknown addresses and unknown methods, too."""
    async with http.get("/api/nothing") as answer:
        assert await refusal(answer) == (404, "not_found", None)
    async with http.delete("/api/health") as answer:
        assert await refusal(answer) == (405, "method_not_allowed", None)
        assert answer.headers["Allow"] == "GET,HEAD"
    async with http.get("/socket.io/nothing") as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "name"),
        (b"{}", "name"),
        (b"{", None),
        (b"[]", None),
        (b"null", None),
        (b"\xff", None),
        (b"[" * 5000, None),
        (b'{"name": "x", "auth": "QQ", "role": "administrator"}', "role"),
        (b'{"name": 5, "auth": "QQ"}', "name"),
        (b'{"name": "x", "auth": "QQ=="}', "auth"),
        (b'{"name": "\\ud800", "auth": "QQ"}', None),
    ],
)
async def test_a_body_of_another_form_is_malformed(http: aiohttp.ClientSession, body: bytes, field: str | None) -> None:
    """Strict, and never an internal error; the field at fault is named."""
    async with http.post("/api/login", data=body, headers={"Content-Type": "application/json"}) as answer:
        assert await refusal(answer) == (400, "malformed", field)


async def test_only_json_is_read(http: aiohttp.ClientSession) -> None:
    """A form of a foreign page cannot pass for a request of ours."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        async with http.post("/api/login", data=b"{}", headers={"Content-Type": kind}) as answer:
            assert await refusal(answer) == (415, "unsupported_media_type", None)


async def test_a_body_has_a_largest_size(http: aiohttp.ClientSession) -> None:
    """Declared or found out on the way."""
    json = {"Content-Type": "application/json"}
    async with http.post("/api/login", data=b" " * 200_000, headers=json) as answer:
        assert await refusal(answer) == (413, "body_too_large", None)

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 10_000

    async with http.post("/api/login", data=pieces(), headers=json) as answer:
        assert await refusal(answer) == (413, "body_too_large", None)


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "", "http://127.0.0.1.elsewhere.example"])
async def test_a_foreign_page_can_change_nothing(empty_house: House, origin: str) -> None:
    """Not with a person's cookie, and not without: it could log somebody in as somebody else."""
    command = {"name": "ana", "auth": "QQ"}
    async with (
        aiohttp.ClientSession(empty_house.url, headers={"Origin": origin}) as http,
        http.post("/api/login", json=command) as answer,
    ):
        assert await refusal(answer) == (403, "origin_refused", None)


async def test_a_request_with_a_cookie_says_where_it_comes_from(empty_house: House) -> None:
    """A missing Origin is no proof of anything."""
    async with aiohttp.ClientSession(empty_house.url, cookies={"session": "x"}) as http:
        async with http.post("/api/logout", json={}) as answer:
            assert await refusal(answer) == (403, "origin_refused", None)
        async with http.post("/api/logout", json={}, headers={"Origin": empty_house.url}) as answer:
            assert await refusal(answer) == (401, "session_expired", None)


async def test_what_needs_a_session_says_so(http: aiohttp.ClientSession) -> None:
    """No cookie, or one that nobody has been given."""
    async with http.get("/api/me") as answer:
        assert await refusal(answer) == (401, "session_expired", None)
    async with http.get("/api/me", cookies={"session": "nobody's"}) as answer:
        assert await refusal(answer) == (401, "session_expired", None)


async def test_a_route_of_another_role_is_as_good_as_absent(house: House) -> None:
    """Nobody learns what they may not use."""
    client = await house.signed_up("nachtfalter")
    async with client.browser.http.get(f"{house.url}/api/inbox") as answer:
        assert await refusal(answer) == (404, "not_found", None)


async def test_a_parameter_may_stand_in_one_place_only(house: House) -> None:
    """Path, query and body together make one command; two values for one name are a smuggler's."""
    client = await house.signed_up("nachtfalter")
    for query in ("after=0&after=1", "after=0&room=" + "0" * 32, "after=0&colour=blue", "after=zero", "after=-1", ""):
        async with client.browser.http.get(f"{house.url}/api/rooms/{'0' * 32}/items?{query}") as answer:
            assert (await refusal(answer))[:2] == (400, "malformed")
    async with client.browser.http.get(f"{house.url}/api/rooms/{'0' * 32}/items?after=0") as answer:
        assert await refusal(answer) == (404, "not_found", None)


async def test_every_answer_says_what_pages_may_do(http: aiohttp.ClientSession) -> None:
    """No inline script, no third party, no frame, no guessing of types."""
    for path in ("/", "/api/health", "/api/nothing", "/threads", "/nothing.js"):
        async with http.get(path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "require-trusted-types-for 'script'" in policy
            assert not re.search(r"unsafe-inline|'unsafe-eval'|\*", policy)
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert answer.headers["Server"] == "Sprechraum"


async def test_nothing_of_the_api_is_kept_by_a_cache(http: aiohttp.ClientSession) -> None:
    """A shared computer remembers nothing of it."""
    for path in ("/api/health", "/api/nothing", "/api/me"):
        async with http.get(path) as answer:
            assert answer.headers["Cache-Control"] == "no-store"


async def test_addresses_of_pages_lead_to_the_client(http: aiohttp.ClientSession) -> None:
    """A bookmark of a thread opens the client, which knows what to show."""
    index = (CHECKOUT / "index.html").read_bytes()
    for path in ("/", "/threads/0123", "/anything"):
        async with http.get(path) as answer:
            assert (answer.status, await answer.read()) == (200, index)
            assert answer.headers["Cache-Control"] == "no-cache"
            tag = answer.headers["ETag"]
    async with http.get("/", headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304


async def test_built_files_are_kept_for_good_and_shrunk(http: aiohttp.ClientSession) -> None:
    """Their names change with their content."""
    script = next((CHECKOUT / "assets").glob("*.js"))
    async with http.get(f"/assets/{script.name}", headers={"Accept-Encoding": "gzip"}, auto_decompress=False) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Type"].startswith("text/javascript")
        assert gzip.decompress(await answer.read()) == script.read_bytes()


@pytest.mark.parametrize(
    "path", ["/../pyproject.toml", "/%2e%2e/pyproject.toml", "/assets/..%2f..%2fpackage.json", "/%00.js"]
)
async def test_nothing_outside_the_built_pages_is_served(empty_house: House, path: str) -> None:
    """Whatever the address looks like."""
    host, port = empty_house.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    assert answer.split()[1] in (b"404", b"400")


async def test_a_port_that_is_taken_is_one_clear_sentence(empty_house: House, tmp_path: Path) -> None:
    """Which one, and what to do about it."""
    taken = empty_house.deps.config.port
    with pytest.raises(ConfigInvalid, match=f"port {taken}: Address already in use.*--port"):
        async with running(Config(port=taken, var=tmp_path / "other")):
            pass


async def test_a_folder_that_cannot_be_written_is_one_clear_sentence(tmp_path: Path) -> None:
    """Before anything else is tried."""
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    with pytest.raises(ConfigInvalid, match="data folder"):
        async with running(Config(port=0, var=in_the_way / "var")):
            pass


async def test_secrets_are_made_once_and_belong_to_the_server_only(empty_house: House, tmp_path: Path) -> None:
    """They stay the same at the next start, or every vault would be shut."""
    var = empty_house.deps.config.var
    for name in ("server.secret", "pepper.secret", "receipt.secret"):
        assert (var / name).stat().st_mode & 0o777 == 0o600
        assert len((var / name).read_bytes()) == 32
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("server.secret", "pepper.secret", "receipt.secret"):
        (copy / name).write_bytes((var / name).read_bytes())
    async with running(replace(empty_house.deps.config, port=0, var=copy)) as server:
        assert server.deps.secrets == empty_house.deps.secrets


async def test_a_broken_secret_stops_the_start(tmp_path: Path) -> None:
    """A new one in its place would lose everything quietly."""
    (tmp_path / "server.secret").write_bytes(b"short")
    with pytest.raises(ConfigInvalid, match="backup"):
        async with running(Config(port=0, var=tmp_path)):
            pass
