"""Every label of the protocol, once.

A label opens whatever is hashed, derived from, sealed or signed, so that bytes
made for one purpose never pass for another (T34). docs/protocol.md section 14.
"""

from typing import Final

VERSION: Final = "sprechraum/1 "


class Label(bytes):
    """The ASCII bytes of one label; made only in this file."""


def _label(what: str) -> Label:
    return Label((VERSION + what).encode("ascii"))


# people
USER_ID: Final = _label("user id")
FINGERPRINT: Final = _label("fingerprint")
KEM_STATEMENT: Final = _label("kem statement")
KEM_PIN: Final = _label("kem pin")
SAFETY_NUMBER: Final = _label("safety number")
SAFETY_CODE: Final = _label("safety code")

# password and recovery
SERVER_SALT: Final = _label("server salt")
PASSWORD_SALT: Final = _label("password salt")
AUTH: Final = _label("auth")
WRAP: Final = _label("wrap")
RECOVERY_CHECK: Final = _label("recovery check")
RECOVERY_ROOT: Final = _label("recovery root")
RECOVERY_SEED: Final = _label("recovery seed")
RECOVERY_AUTH: Final = _label("recovery auth")

# vault
SLOT: Final = _label("slot")
SLOT_KEY: Final = _label("slot key")
SLOT_BOX: Final = _label("slot box")
RECOVERY_SLOT: Final = _label("recovery slot")
VAULT_BLOB: Final = _label("vault blob")
VAULT: Final = _label("vault")
VAULT_BODY: Final = _label("vault body")
VAULT_WRITE: Final = _label("vault write")
VAULT_PART: Final = _label("vault part")
KEYRING: Final = _label("keyring")
KEYRING_ENTRY: Final = _label("keyring entry")

# agency
ROOT: Final = _label("root")
ROOTS: Final = _label("roots")
ROOT_FINGERPRINT: Final = _label("root fingerprint")
SUCCESSOR: Final = _label("successor")
SUCCESSION: Final = _label("succession")
ROSTER_KEYS: Final = _label("roster keys")
ROSTER: Final = _label("roster")
ROSTER_HASH: Final = _label("roster hash")
INVITATION_TOKEN: Final = _label("invitation token")
INVITATION_KEY: Final = _label("invitation key")
INVITATION: Final = _label("invitation")
DUTY_FINGERPRINT: Final = _label("duty fingerprint")
DUTY_SEED: Final = _label("duty seed")
DUTY_SEED_INFO: Final = _label("duty seed info")

# rooms
GENESIS_CORE: Final = _label("genesis core")
GENESIS: Final = _label("genesis")
ROOM: Final = _label("room")
ENTRY_ID: Final = _label("entry id")
TH_START: Final = _label("th start")
TH_STEP: Final = _label("th step")
COMMIT: Final = _label("commit")
MEMBERS: Final = _label("members")
EK: Final = _label("ek")
KC: Final = _label("kc")
EPOCH_WRAP: Final = _label("epoch wrap")
HISTORY_GRANT: Final = _label("history grant")
REKEY: Final = _label("rekey")
CHECKPOINT: Final = _label("checkpoint")

# messages
MESSAGE: Final = _label("message")
MSG: Final = _label("msg")
MESSAGE_SIGNATURE: Final = _label("message signature")
MESSAGE_ID: Final = _label("message id")

# receipts, deletion, files, calls
RECEIPT: Final = _label("receipt")
DELETION: Final = _label("deletion")
FILE: Final = _label("file")
CALL_SIGNAL: Final = _label("call signal")
CALL: Final = _label("call")
CALL_SIGNATURE: Final = _label("call signature")

ALL: Final[dict[str, Label]] = {name: value for name, value in globals().items() if isinstance(value, Label)}
