"""What travels when somebody wants something gone."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from chatserver.wire.binary import B64
from chatserver.wire.types import HexId


class DeleteThread(Struct, forbid_unknown_fields=True):
    """`auth` is the login key once more: whoever passes an open page must not be able to delete."""

    room: HexId
    auth: B64


class DeleteAccount(Struct, forbid_unknown_fields=True):
    """The account, its vault and every thread that this person opened."""

    auth: B64


class ReadDeletion(Struct, forbid_unknown_fields=True):
    """`subject`: the room's or the account's id. Only who knows it can ask."""

    subject: HexId


class Deleted(Struct):
    """`certificate` is signed by the key that `/api/keys` tells; from `final_at` on no backup holds the share."""

    kind: Literal["room", "user"]
    subject: HexId
    deleted_at: datetime
    final_at: datetime
    certificate: B64


class ThreadDeleted(Struct):
    """Pushed to everybody who was in the room."""

    room: HexId


class ReadKeys(Struct, forbid_unknown_fields=True):
    pass


class Keys(Struct):
    """The keys that this server signs with: receipts and certificates of deletion; and the heads of journals."""

    receipt_key: B64
    journal_key: B64
