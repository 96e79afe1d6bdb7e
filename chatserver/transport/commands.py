"""From what arrived to a command: strict, and nothing that the command does not know."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, TypeVar

import msgspec

from chatserver.errors import Malformed
from chatserver.wire.binary import decode_custom

Command = TypeVar("Command", bound=msgspec.Struct)

# "… missing required field `room`", "… contains unknown field `colour`", "… - at `$.vault.version`"
_NAMED: Final = re.compile(r"field `([^`]+)`")
_PATH: Final = re.compile(r"at `\$\.?([^`]*)`$")


def strict_command(wanted: type[Command], body: Any) -> Command:
    """The command in a JSON value. Raises Malformed with the field that is at fault."""
    try:
        command = msgspec.convert(body, wanted, dec_hook=decode_custom)
        _check_text(body)
    except (msgspec.ValidationError, RecursionError) as reason:
        raise Malformed(field=_field(str(reason))) from None
    return command


def command_of(
    wanted: type[Command], path: Mapping[str, str], query: Mapping[str, str], body: dict[str, Any]
) -> Command:
    """The command in a request. A parameter is text on its way, so that "5" is a number where one is expected."""
    parts: dict[str, Any] = dict(body)
    for name, value in [*path.items(), *query.items()]:
        if name in parts:
            raise Malformed(field=name)
        parts[name] = _parameter(wanted, name, value)
    return strict_command(wanted, parts)


def _parameter(wanted: type[msgspec.Struct], name: str, value: str) -> Any:
    if name not in _numbers(wanted):
        return value
    try:
        return int(value) if value.isascii() else value
    except ValueError:
        return value


def _check_text(value: Any) -> None:
    """JSON can spell half a character, which no database and no other program takes."""
    if isinstance(value, str):
        _check_characters(value)
    elif isinstance(value, dict):
        for one in value.values():
            _check_text(one)
    elif isinstance(value, list):
        for one in value:
            _check_text(one)


def _check_characters(text: str) -> None:
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise Malformed


@cache
def _numbers(wanted: type[msgspec.Struct]) -> frozenset[str]:
    described = msgspec.inspect.type_info(wanted)
    fields = described.fields if isinstance(described, msgspec.inspect.StructType) else ()
    return frozenset(one.encode_name for one in fields if _is_number(one.type))


def _is_number(described: msgspec.inspect.Type) -> bool:
    if isinstance(described, msgspec.inspect.Metadata):
        return _is_number(described.type)
    if isinstance(described, msgspec.inspect.UnionType):
        return any(_is_number(one) for one in described.types)
    return isinstance(described, msgspec.inspect.IntType)


def _field(reason: str) -> str | None:
    found = _PATH.search(reason)
    path = found.group(1) if found else ""
    named = _NAMED.search(reason)
    return ".".join(part for part in (path, named.group(1) if named else "") if part) or None
