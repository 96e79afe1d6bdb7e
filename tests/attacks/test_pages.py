"""What pages may do, what stays behind in a browser, and what a worker could keep."""

import re
from pathlib import Path
from typing import Final

from aiohttp import ClientSession

from chatserver.transport.answers import headers_for
from tests.api.house import House

WORKER: Final = Path(__file__).parents[2] / "web" / "public" / "notices.js"
INDEX: Final = Path(__file__).parents[2] / "web" / "index.html"


def policy(header: str) -> dict[str, list[str]]:
    """By directive what it allows."""
    parts = (one.split() for one in header.split(";"))
    return {name: allowed for name, *allowed in parts}


async def test_the_policy_leaves_no_way_for_a_script(house: House) -> None:
    """No inline code, no evaluated text, no third party, no sink without a type, no frame, on pages and refusals."""
    config = house.deps.config
    for path in ("/", "/nirgends", "/api/site", "/api/nirgends"):
        async with ClientSession() as http, http.get(house.url + path) as answer:
            told = {name: answer.headers[name] for name in headers_for(config)}
        rules = policy(told["Content-Security-Policy"])
        assert rules["default-src"] == ["'none'"]
        assert rules["require-trusted-types-for"] == ["'script'"]
        assert rules["script-src"] == ["'self'", "'wasm-unsafe-eval'"]
        for name in ("base-uri", "form-action", "frame-ancestors"):
            assert rules[name] == ["'none'"]
        allowed = {one for values in rules.values() for one in values}
        assert not allowed & {"'unsafe-inline'", "'unsafe-eval'", "'strict-dynamic'", "*", "http:", "https:"}
        elsewhere = {one for one in allowed if "//" in one}
        assert {re.sub(r"^ws", "http", one) for one in elsewhere} <= config.origins
        assert told["Cross-Origin-Opener-Policy"] == told["Cross-Origin-Resource-Policy"] == "same-origin"
        assert told["Referrer-Policy"] == "no-referrer"
    # What the policy would stop is not there to be stopped.
    assert re.findall(r"<script(?![^>]*\ssrc=)|<style|\son\w+=|\sstyle=|https?://", INDEX.read_text("utf-8")) == []


async def test_logging_out_takes_everything_with_it(house: House) -> None:
    """The quick exit asks for the same address. The cookie ends as well where a browser does not know the header."""
    client = await house.signed_up("luisa7")
    async with client.browser.http.post(f"{house.url}/api/logout", json={}) as answer:
        assert answer.status == 200
        assert answer.headers["Clear-Site-Data"] == '"cookies", "storage"'
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.cookies["session"]["max-age"] == "0"


def test_the_service_worker_keeps_nothing_and_answers_nothing() -> None:
    """It is there for notices only. One that answers requests could keep an exchanged program alive for ever."""
    source = WORKER.read_text("utf-8")
    heard = set(re.findall(r'addEventListener\("(\w+)"', source))
    assert heard == {"install", "activate", "push", "notificationclick"}
    assert re.findall(r"\bcaches\b|\bfetch\b|indexedDB|importScripts|onfetch|respondWith", source) == []
    assert "skipWaiting" in source
