"""Writes crypto/vectors/*.json: `python -m crypto.vectors.write`. The same every time; a test compares."""

import json
from pathlib import Path
from typing import Any, Final

from crypto import Commit, Genesis, Reader, Verdict
from crypto.bodies import write_body
from crypto.vectors.bad_input import bad_input
from crypto.vectors.call_cases import calls
from crypto.vectors.file_cases import files
from crypto.vectors.invitation_cases import invitations
from crypto.vectors.parts_below import encoding, keys, passwords, people, receipts
from crypto.vectors.rooms import ROOMS, Reading, Told
from crypto.vectors.roster_cases import rosters
from crypto.vectors.scripted import Recorded
from crypto.vectors.story import seed
from crypto.vectors.vault_cases import vaults

FOLDER: Final = Path(__file__).parent


_PARTS: Final = (encoding, keys, people, passwords, vaults, rosters, invitations, receipts, files, calls, bad_input)
_MANY_ZEROS: Final = 10_000


def _hex(value: bytes) -> str:
    """Hex; a long run of zeros at the end is written as `~` and how many."""
    front = value.rstrip(b"\x00")
    zeros = len(value) - len(front)
    return f"{front.hex()}~{zeros}" if zeros >= _MANY_ZEROS else value.hex()


def plain(value: Any) -> Any:
    """Bytes become hex."""
    if isinstance(value, bytes):
        return _hex(value)
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def _verdict(reader: Reader, verdict: Verdict) -> Any:
    found: dict[str, Any] = {"kind": verdict.kind, "id": verdict.id, "th": reader.th}
    optional = {
        "reason": verdict.reason,
        "marks": sorted(verdict.marks),
        "late": verdict.late,
        "sender": verdict.sender,
        "alarm": verdict.alarm,
    }
    found |= {name: value for name, value in optional.items() if value}
    if verdict.message is not None:
        kind, content = write_body(verdict.message.body)
        found["message"] = {
            "uid": verdict.message.uid,
            "sent_at": verdict.message.sent_at,
            "type": kind.decode(),
            "content": content,
            "clock": verdict.message.clock,
        }
    if isinstance(verdict.entry, Genesis | Commit):
        log = reader.log
        found["log"] = {
            "epoch": log.epoch,
            "kc": log.kc,
            "log_prev": log.log_prev,
            "members": [[member.role, member.fingerprint] for member in log.members.values()],
            "members_hash": log.members_hash,
            "barred": sorted(log.barred),
            "closed": log.closed,
        }
    return found


def _reading(told: Told, reading: Reading) -> Any:
    scene = told.scene
    duty = [scene.kreuzviertel.duty(generation) for generation in reading.duty]
    reader = scene.read_as(
        reading.me, items=False, duty_seeds=duty, secrets=reading.secrets, keyring_key=seed("keyring")
    )
    verdicts = [_verdict(reader, reader.push(at, item)) for at, item in enumerate(scene.items, 1)]
    me = reading.me
    return {
        "name": reading.name,
        "me": None if me is None else {"ed_seed": me.ed_seed, "kem_seed": me.kem_seed, "kem_seq": me.kem_seq},
        "duty_seeds": [
            {"root_fingerprint": one.root_fingerprint, "generation": one.generation, "seed": one.seed} for one in duty
        ],
        "secrets": [[number, secret] for number, secret in sorted(reading.secrets.items())],
        "verdicts": verdicts,
        "found_secrets": [[number, secret] for number, secret in sorted(reader.secrets.items())],
        "waiting": reader.log.waiting,
        "confirmed": reader.confirmed,
        "checkpoint": reader.make_checkpoint(),
    }


def _room(told: Told) -> Any:
    scene = told.scene
    return {
        "room": scene.genesis.room,
        "room_share": scene.room_share,
        "root_fingerprint": scene.kreuzviertel.root.fingerprint,
        "rosters": [{"root_fingerprint": one.root_fingerprint, "roster": one.raw} for one in scene.rosters],
        "items": [{"shows": shows, "item": item} for shows, item in zip(told.shows, scene.items, strict=True)],
        "readings": [_reading(told, reading) for reading in told.readings],
    }


def every_file() -> dict[str, str]:
    """File name -> content."""
    recorded = Recorded()
    found = {f"{make.__name__}.json": make(recorded) for make in _PARTS}
    found |= {f"room_{name}.json": _room(make(recorded)) for name, make in ROOMS.items()}
    found["sealed.json"] = dict(sorted(recorded.used.items()))
    return {name: json.dumps(plain(value), indent=1, ensure_ascii=True) + "\n" for name, value in found.items()}


def main() -> None:
    """Writes all files."""
    for name, content in every_file().items():
        (FOLDER / name).write_text(content, encoding="ascii")


if __name__ == "__main__":
    main()
