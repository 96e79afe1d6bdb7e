"""The contract: declared once, generated, committed, and the same for everybody."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import ClientSession
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect

from chatserver.nouns import EVENTS, JOBS, PUSHED, ROUTES
from chatserver.wire.__main__ import contracts, drifted
from chatserver.wire.binary import B64, from_base64url, from_wire, to_base64url, to_wire
from tests.api.house import House

WEB = Path(__file__).parents[2] / "web" / "src"
COMMANDS = sorted({*(one.command for one in ROUTES), *(one.command for one in EVENTS)}, key=lambda one: one.__name__)


class Sealed(msgspec.Struct):
    box: B64
    boxes: list[B64]
    maybe: B64 | None = None


@given(st.binary(max_size=200))
def test_bytes_come_back_as_they_went(raw: bytes) -> None:
    """Base64url without padding, in both directions, in fields and in lists."""
    sent = to_wire(Sealed(raw, [raw, raw], raw))
    assert sent["box"] == to_base64url(raw)
    assert not re.search(r"[^A-Za-z0-9_-]", sent["box"])
    back = from_wire(sent, Sealed)
    assert (back.box, back.boxes, back.maybe) == (raw, [raw, raw], raw)


@pytest.mark.parametrize("text", ["A", "QQ==", "+/+/", "Q Q", "QR", "Ä", "QQ\n"])
def test_bytes_have_one_spelling(text: str) -> None:
    """Two texts for the same bytes would be two names for the same message."""
    with pytest.raises(ValueError, match="base64url"):
        from_base64url(text)
    with pytest.raises(msgspec.ValidationError):
        from_wire({"box": text, "boxes": []}, Sealed)


def test_the_contracts_are_what_the_structs_say() -> None:
    """`make wire` was run after the last change."""
    assert drifted() == []


def test_a_changed_contract_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check itself works: one changed letter turns it red."""
    path, text = next(iter(contracts().items()))
    changed = tmp_path / "changed.json"
    changed.write_text(text.replace("Sprechraum", "Sprechraun", 1), "utf-8")
    monkeypatch.setattr("chatserver.wire.__main__.contracts", lambda: {changed: text})
    monkeypatch.setattr("chatserver.wire.__main__.CHECKOUT", tmp_path)
    assert drifted() == ["changed.json"]
    assert path.name == "openapi.json"


async def test_the_server_gives_out_its_contracts(empty_house: House) -> None:
    """Others write clients by them."""
    async with ClientSession(empty_house.url) as http:
        for name in ("openapi", "asyncapi"):
            async with http.get(f"/api/{name}.json") as answer:
                assert answer.status == 200
                assert name in await answer.json()


def test_every_route_is_in_the_contract_once() -> None:
    """An address and a method have one meaning, and a name of their own for generated clients."""
    document = _document("openapi.json")
    listed = [(path, method) for path, methods in document["paths"].items() for method in methods]
    assert sorted(listed) == sorted((route.path, route.method.lower()) for route in ROUTES)
    names = [one["operationId"] for methods in document["paths"].values() for one in methods.values()]
    assert sorted(names) == sorted(set(names))
    assert all(route.summary for route in ROUTES)


def test_every_event_is_in_the_contract_once() -> None:
    """In and out, by name."""
    operations = set(_document("asyncapi.json")["operations"])
    expected = [f"{one.name}.receive" for one in EVENTS] + [f"{one.name}.send" for one in PUSHED]
    assert sorted(operations) == sorted(expected)


def test_every_reference_leads_somewhere() -> None:
    """A contract with loose ends is none."""
    for name in ("openapi.json", "asyncapi.json"):
        document = _document(name)
        for reference in _references(document):
            part = document
            for step in reference.removeprefix("#/").split("/"):
                part = part[step]


def test_every_job_has_a_kind_that_fits_its_column() -> None:
    """A kind that is cut off would be found by nobody."""
    assert all(0 < len(kind) <= 24 for kind in JOBS)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.__name__)
def test_a_command_is_strict(command: type[msgspec.Struct]) -> None:
    """No unknown fields, numbers with bounds, instants with an offset: nothing that the database cannot take."""
    assert _loose(inspect.type_info(command), command.__name__) == []


def test_the_browser_has_the_same_names() -> None:
    """Whatever the page imports from the contract is there."""
    declared = set(
        re.findall(r"^export (?:interface|type) (\w+)", (WEB / "wire.gen.ts").read_text("utf-8"), re.MULTILINE)
    )
    used = {name for path in (*WEB.rglob("*.ts"), *WEB.rglob("*.svelte")) for name in _used(path.read_text("utf-8"))}
    assert used <= declared


def _used(source: str) -> list[str]:
    return re.findall(r"\bwire\.([A-Z]\w*)", source) if "wire.gen.js" in source else []


def _document(name: str) -> dict[str, Any]:
    text = next(text for path, text in contracts().items() if path.name == name)
    document: dict[str, Any] = json.loads(text)
    return document


def _references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref":
                yield value
            else:
                yield from _references(value)
    elif isinstance(part, list):
        for one in part:
            yield from _references(one)


def _loose(described: inspect.Type, path: str) -> list[str]:
    if isinstance(described, inspect.StructType):
        inner = [found for field in described.fields for found in _loose(field.type, f"{path}.{field.encode_name}")]
        return inner if described.forbid_unknown_fields else [f"{path}: takes unknown fields", *inner]
    if isinstance(described, inspect.UnionType):
        return [found for one in described.types for found in _loose(one, path)]
    if isinstance(described, inspect.Metadata):
        return _loose(described.type, path)
    if isinstance(described, inspect.ListType):
        return _loose(described.item_type, f"{path}[]")
    return [f"{path}: without bounds or offset"] if _unbounded(described) else []


def _unbounded(described: inspect.Type) -> bool:
    if isinstance(described, inspect.IntType):
        return described.ge is None or (described.lt is None and described.le is None)
    return isinstance(described, inspect.DateTimeType) and not described.tz
