"""Which state of something a person has seen: whoever changes it names that, so that nobody overwrites another's."""

from hashlib import sha256

import msgspec


def seen_as(said: msgspec.Struct) -> str:
    """32 hexadecimal digits, the same for the same contents, whoever kept them."""
    return sha256(msgspec.json.encode(said)).hexdigest()[:32]
