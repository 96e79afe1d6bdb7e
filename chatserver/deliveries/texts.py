"""The words of the mails. Every kind of notice has the same: what it is about, nobody learns on the way.

German without du or Sie: the mail does not know how the person is spoken to.
"""

from typing import Final

from chatserver.deliveries.model import Language

SUBJECTS: Final[dict[Language, str]] = {"de": "Es gibt etwas Neues", "en": "There is something new"}
BODIES: Final[dict[Language, str]] = {
    "de": """Guten Tag,

es gibt etwas Neues. Zu sehen ist es nach dem Anmelden:

{address}

Diese Mail kommt auf eigenen Wunsch. Sie nennt weder Namen noch
Inhalt und ist jedes Mal dieselbe. Abbestellen: nach dem Anmelden
unter „Konto“, „Hinweise“. Antworten auf diese Mail liest niemand.
""",
    "en": """Hello,

there is something new. It can be seen after logging in:

{address}

This mail was asked for. It names nobody, tells nothing of what was
written, and is the same each time. To stop it: log in, then
“Account”, “Notices”. Nobody reads answers to this mail.
""",
}

CODE_SUBJECTS: Final[dict[Language, str]] = {"de": "Code zur Bestätigung", "en": "Code to confirm"}
CODE_BODIES: Final[dict[Language, str]] = {
    "de": """Guten Tag,

der Code lautet: {code}

Er gilt 30 Minuten, auf der Seite, auf der diese Adresse
eingetragen wurde. Wer das nicht selbst war, braucht nichts zu tun:
Ohne den Code kommt keine weitere Mail.
""",
    "en": """Hello,

the code is: {code}

It holds for 30 minutes, on the page where this address was
entered. If that was somebody else, nothing needs to be done:
without the code no more mail will come.
""",
}
