"""JSON Schema of our structs: what both contracts are made of."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from chatserver.wire.binary import B64

REFERENCE: Final = "#/components/schemas/{name}"
BINARY: Final = {"type": "string", "pattern": "^[A-Za-z0-9_-]*$", "contentEncoding": "base64url"}
Schema = dict[str, Any]


def schemas_of(structs: Iterable[type[msgspec.Struct]]) -> dict[str, Schema]:
    """The schema of every struct and of whatever it is made of, by name, sorted."""
    _, components = msgspec.json.schema_components(
        sorted(set(structs), key=lambda struct: struct.__name__), schema_hook=_hook, ref_template=REFERENCE
    )
    return {name: _strict(components[name]) for name in sorted(components)}


def reference(struct: type[msgspec.Struct]) -> Schema:
    """Where another part of the contract finds the schema of this struct."""
    return {"$ref": REFERENCE.format(name=struct.__name__)}


def properties_of(struct: type[msgspec.Struct]) -> dict[str, Schema]:
    """The schemas of a struct's fields, by name."""
    properties: dict[str, Schema] = schemas_of([struct])[struct.__name__].get("properties", {})
    return properties


def required_of(struct: type[msgspec.Struct]) -> list[str]:
    """The fields that a struct cannot do without."""
    return [field.encode_name for field in msgspec.structs.fields(struct) if field.required]


def _hook(kind: type[Any]) -> Schema:
    if kind is B64:
        return dict(BINARY)
    raise NotImplementedError(f"no schema for {kind.__name__}")


def _strict(schema: Schema) -> Schema:
    # "default: null" of an optional field says no more than that it may be left out.
    properties = {
        name: {key: value for key, value in one.items() if not (key == "default" and value is None)}
        for name, one in schema.get("properties", {}).items()
    }
    return {**schema, "properties": properties} if properties else schema
