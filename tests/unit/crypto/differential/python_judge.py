"""The same questions as web/tools/judge.js, answered by Python. Bytes come and go as hex."""

import traceback
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from crypto import (
    CryptoRefusal,
    DutySeed,
    FileOpener,
    FileTerms,
    Identity,
    Reader,
    Roster,
    RosterBook,
    VaultWrite,
    Verdict,
    open_duty_seed,
    open_epoch_key,
    open_vault,
    open_vault_by_recovery,
    read_checkpoint,
    read_commit,
    read_deletion,
    read_genesis,
    read_header,
    read_kem_statement,
    read_receipt,
    read_roster,
    recovery_keys,
    safety_number,
    verify,
    verify_vault_write,
)
from crypto.bodies import write_body as write_message_body
from crypto.vault_body import merge, read_body, write_body

Answer = dict[str, Any]
_bytes: Final = bytes.fromhex


def _outcome(attempt: Callable[[], Any]) -> Answer:
    try:
        return {"refusal": None, "value": attempt()}
    except CryptoRefusal as refusal:
        return {"refusal": refusal.code, "value": None}


def _identity(raw: Mapping[str, Any]) -> Identity:
    return Identity(_bytes(raw["ed_seed"]), _bytes(raw["kem_seed"]), raw["kem_seq"])


@lru_cache(maxsize=64)
def _roster(root_fingerprint: str, roster: str) -> Roster:
    return read_roster(_bytes(roster), _bytes(root_fingerprint))


def _vault(q: Mapping[str, Any]) -> Answer:
    raw: dict[str, Any] = {name: _bytes(one) if isinstance(one, str) else one for name, one in q["write"].items()}
    write = VaultWrite(**raw)
    owner, share, known = _bytes(q["user_id"]), _bytes(q["user_share"]), q["known_version"]

    def opened(open_: Callable[..., Any], secret: str) -> str:
        return write_body(open_(write, owner, _bytes(q[secret]), share, known_version=known).entries).hex()

    return {
        "password": _outcome(lambda: opened(open_vault, "wrap")),
        "recovery": _outcome(lambda: opened(open_vault_by_recovery, "recovery_seed")),
        "signature": _outcome(lambda: verify_vault_write(_bytes(q["ed_pk"]), owner, write)),
    }


def _file(q: Mapping[str, Any]) -> str:
    terms = q["terms"]
    opener = FileOpener(
        FileTerms(_bytes(terms["room"]), terms["epoch"], _bytes(terms["file_id"]), _bytes(terms["key"]), terms["size"]),
        _bytes(q["digest"]),
    )
    sealed, step = _bytes(q["stored"]), q["pieces"]
    parts = [opener.push(sealed[at : at + step]) for at in range(0, len(sealed), step)]
    return b"".join([*parts, opener.finish()]).hex()


def _reader(q: Mapping[str, Any]) -> Reader:
    given: dict[str, Any] = {
        "book": RosterBook([_roster(one["root_fingerprint"], one["roster"]) for one in q["rosters"]]),
        "room_share": _bytes(q["room_share"]),
        "me": q["me"] and _identity(q["me"]),
        "duty_seeds": [
            DutySeed(_bytes(one["root_fingerprint"]), one["generation"], _bytes(one["seed"])) for one in q["duty_seeds"]
        ],
        "secrets": {epoch: _bytes(secret) for epoch, secret in q["secrets"]},
    }
    resume = q["resume"]
    if resume is None:
        return Reader(_bytes(q["room"]), **given)
    entry = None if resume["entry"] is None else _bytes(resume["entry"])
    return Reader.resume(_bytes(resume["checkpoint"]), _bytes(resume["genesis"]), entry, **given)


def _message(verdict: Verdict) -> Any:
    message = verdict.message
    if message is None:
        return None
    kind, content = write_message_body(message.body)
    place = (message.clock, message.session.hex(), message.counter)
    return [message.uid.hex(), message.sent_at, kind.hex(), content.hex(), *place]


def _read(q: Mapping[str, Any]) -> Any:
    reader = _reader(q)
    verdicts = []
    for position, item in enumerate(q["items"], reader.position + 1):
        found = reader.push(position, _bytes(item))
        wants = found.wants and [found.wants[0].hex(), found.wants[1], found.wants[2].hex()]
        told = [found.kind, found.reason, sorted(found.marks), found.alarm, reader.th.hex()]
        verdicts.append([*told, list(found.late), wants, _message(found)])
    checkpoint = _outcome(lambda: reader.make_checkpoint().hex())
    secrets = [[epoch, one.hex()] for epoch, one in sorted(reader.secrets.items()) if epoch in reader.keys.epochs]
    return {"verdicts": verdicts, "confirmed": reader.confirmed, "checkpoint": checkpoint, "secrets": secrets}


def _merged(q: Mapping[str, Any]) -> str:
    return write_body(merge(read_body(_bytes(q["stored"])), read_body(_bytes(q["mine"])))).hex()


def _kept(q: Mapping[str, Any]) -> str | None:
    place = (_bytes(q["user_id"]), _bytes(q["room"]), q["epoch"], _bytes(q["kc"]))
    secret = open_epoch_key(_bytes(q["keyring_key"]), *place, _bytes(q["sealed"]))
    return None if secret is None else secret.hex()


def _code(q: Mapping[str, Any]) -> str:
    keys = recovery_keys(q["typed"])
    return keys.seed.hex() + keys.auth.hex()


_ATTEMPTS: Final[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
    "roster": lambda q: read_roster(_bytes(q["roster"]), _bytes(q["root_fingerprint"])).hash.hex(),
    "genesis": lambda q: read_genesis(_bytes(q["genesis"])).id.hex(),
    "commit": lambda q: read_commit(_bytes(q["commit"])).id.hex(),
    "header": lambda q: read_header(_bytes(q["header"])).counter,
    "statement": lambda q: read_kem_statement(_bytes(q["statement"]), _bytes(q["ed_pk"])).seq,
    "signature": lambda q: verify(_bytes(q["ed_pk"]), _bytes(q["signature"]), _bytes(q["data"])),
    "receipt": lambda q: read_receipt(_bytes(q["receipt"]), _bytes(q["receipt_pk"])).policy_details,
    "deletion": lambda q: read_deletion(_bytes(q["deletion"]), _bytes(q["receipt_pk"])).final_at,
    "checkpoint": lambda q: read_checkpoint(_bytes(q["checkpoint"])).position,
    "duty_seed": lambda q: (
        open_duty_seed(_bytes(q["sealed"]), _identity(q["holder"]), _bytes(q["root_fingerprint"])).generation
    ),
    "code": _code,
    "safety": lambda q: safety_number(_bytes(q["one"]), _bytes(q["other"])),
    "merge": _merged,
    "keyring": _kept,
    "file": _file,
    "read": _read,
}


def answer(kind: str, question: Mapping[str, Any]) -> Answer:
    """As NodeJudge.ask: {refusal, value}, or {crash} for what must not happen."""
    try:
        return _vault(question) if kind == "vault" else _outcome(lambda: _ATTEMPTS[kind](question))
    except Exception:  # noqa: BLE001 - whatever it is, it is the finding
        return {"crash": traceback.format_exc()}
