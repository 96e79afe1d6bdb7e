"""What travels when a client takes a new identity."""

from typing import Annotated

from msgspec import Meta, Struct

from chatserver.vault.wire import OpenAccount, Version
from chatserver.wire.binary import B64
from chatserver.wire.types import HexId


class RenewedKey(Struct, forbid_unknown_fields=True):
    """The secret of an epoch, sealed under the keyring of the new vault, so that the history stays readable."""

    epoch: Version
    sealed: B64


class RenewedRoom(Struct, forbid_unknown_fields=True):
    """`commit`: holds the one change `rekey`, signed by the old key and the new (docs/protocol.md section 7)."""

    room: HexId
    commit: B64
    keys: list[RenewedKey]


class RenewIdentity(Struct, forbid_unknown_fields=True):
    """`auth`: the present login key. `account`: the same name with new keys, vault, password. Every room at once."""

    auth: B64
    account: OpenAccount
    rooms: Annotated[list[RenewedRoom], Meta(max_length=256)]
