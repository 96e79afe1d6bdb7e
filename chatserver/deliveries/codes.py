"""The code that shows that a mail address is one's own: it follows from the way's id, so nothing is stored of it."""

import hmac
from datetime import timedelta
from typing import Final

from crypto.encoding import lp

CODE_LASTS: Final = timedelta(minutes=30)
CODE_DIGITS: Final = 6
_LABEL: Final = b"sprechraum/1 mail code"


def code_for(server_secret: bytes, way_id: str) -> str:
    """Six digits. Each time an address is entered the way has a new id, so the code is another one."""
    drawn = hmac.digest(server_secret, lp(_LABEL, way_id.encode("ascii")), "sha256")
    return f"{int.from_bytes(drawn[:8]) % 10**CODE_DIGITS:0{CODE_DIGITS}}"
