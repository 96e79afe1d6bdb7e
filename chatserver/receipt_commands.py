"""`sprechraum receipt verify`: whether a receipt is the server's word, and whether it keeps its own rules. Offline."""

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from chatserver.guarantee.explanation import instant_text
from chatserver.guarantee.hours import PolicyInvalid
from chatserver.guarantee.policy import policy_of
from chatserver.proof_files import bytes_of, contents_of, key_named
from chatserver.wire.binary import to_base64url
from crypto import CryptoRefusal, Receipt, from_ms, read_receipt, to_ms

DOES_NOT_HOLD: Final = 1
_UNDER_A_MS: Final = timedelta(microseconds=999)


def verify(*, file: Path, keys: Path | None) -> int:
    """Prints whether the receipt in that file holds, and what it says. Exit code 1 when it does not hold.

    Raises ConfigInvalid for files that cannot be used.
    """
    saved = contents_of(file, "receipt")
    raw = bytes_of(saved.get("receipt"), f"{file}: there is no receipt in it")
    key, whose = key_named("receipt_key", saved, keys, lambda seed: seed)
    try:
        receipt = read_receipt(raw, key)
        _check_due(receipt)
    except (CryptoRefusal, PolicyInvalid) as reason:
        print(f"The receipt does not hold: {reason}")
        return DOES_NOT_HOLD
    print("\n".join(["The receipt holds.", *_told(receipt), f"signed by    {to_base64url(key)} ({whose})"]))
    return 0


def _told(receipt: Receipt) -> list[str]:
    details = f" {receipt.policy_details}" if receipt.policy_details else ""
    return [
        f"thread       {receipt.room.hex()}",
        f"message      {receipt.message_id.hex()}",
        f"received at  {instant_text(from_ms(receipt.received_at))}",
        f"due at       {instant_text(from_ms(receipt.due_at))}",
        f"policy       {receipt.policy_kind}, {receipt.policy_seconds} seconds{details}",
        f"event        {receipt.event_id.hex()}",
    ]


def _check_due(receipt: Receipt) -> None:
    """The due time must follow from the policy that the receipt itself names. Raises PolicyInvalid."""
    policy = policy_of(receipt.policy_kind, receipt.policy_seconds, receipt.policy_details)
    try:
        received_at = from_ms(receipt.received_at)
        # What is below a millisecond was cut off, and can be what carried it over a closing time.
        bounds = [to_ms(policy.due_at(one)) for one in (received_at, received_at + _UNDER_A_MS)]
    except (OverflowError, ValueError):
        raise PolicyInvalid("policy: no calendar reaches so far") from None
    if not bounds[0] <= receipt.due_at <= bounds[1]:
        due_at = instant_text(from_ms(bounds[0]))
        raise PolicyInvalid(f"by its own policy an answer is due at {due_at}, and it says otherwise")


def add_receipt_commands(commands: Any) -> None:
    """Adds `receipt verify`, which needs neither a server nor a database."""
    receipt = commands.add_parser("receipt", help="the server's signed word about a message")
    below = receipt.add_subparsers(required=True, metavar="COMMAND")
    verifying = below.add_parser("verify", help="whether a saved receipt holds", description=verify.__doc__)
    verifying.add_argument("file", type=Path, metavar="FILE", help="the receipt, alone or in the server's answer")
    verifying.add_argument("--keys", type=Path, metavar="FILE", help="what GET /api/keys answered")
    verifying.set_defaults(run=verify, wishes=("file", "keys"), alone=True)
