"""Which text is a mail address that this server writes to."""

import re
from typing import Final

# RFC 5321, sections 4.1.2 and 4.5.3.1, without quoted names and without addresses of machines in brackets.
_NAME: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = re.compile(rf"(?=.{{1,64}}@)(?=.{{3,254}}\Z){_NAME}@(?:{_LABEL}\.)+{_LABEL}")


def is_mail_address(text: str) -> bool:
    """Whether mail can be sent there, as far as its form tells. No line ends, no second address, ASCII only."""
    return _ADDRESS.fullmatch(text) is not None
