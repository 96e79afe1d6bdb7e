"""`sprechraum mail …`: whether mail goes out as the settings say."""

import argparse
import secrets
from typing import Any

from aiosmtplib import SMTPException, SMTPRecipientsRefused

from chatserver.clock import SystemClock
from chatserver.config import Config, ConfigInvalid
from chatserver.deliveries.mail import compose, hand_over, neutral
from chatserver.mail_address import is_mail_address


async def send_test(config: Config, *, address: str, english: bool) -> int:
    """Sends a notice to that address, exactly as people get it; also while the server runs. Raises ConfigInvalid."""
    if not config.mails:
        raise ConfigInvalid("No mail is sent: mail_host is empty. See config.example.toml.")
    if not is_mail_address(address):
        raise ConfigInvalid(f"{address!r} is no mail address.")
    subject, body = neutral(config, "en" if english else "de")
    mail = compose(config, address, subject, body, message_id=secrets.token_hex(16), now=SystemClock().now())
    try:
        await hand_over(config, mail)
    except SMTPRecipientsRefused as refused:
        raise ConfigInvalid(f"{config.mail_host} does not take mail to {address}: {refused.recipients[0]}.") from None
    except (SMTPException, OSError) as reason:
        raise ConfigInvalid(f"{config.mail_host} port {config.mail_port} did not take the mail: {reason}.") from reason
    print(f"{config.mail_host} has taken the mail. Whether it arrives, the mailbox of {address} tells.")
    return 0


def add_mail_commands(commands: Any) -> list[argparse.ArgumentParser]:
    """Adds `mail test`, and gives it back."""
    mail = commands.add_parser("mail", help="whether mail goes out")
    below = mail.add_subparsers(required=True, metavar="COMMAND")
    testing = below.add_parser("test", help="send one notice", description=send_test.__doc__)
    testing.add_argument("address", metavar="ADDRESS", help="to whom")
    testing.add_argument("--english", action="store_true", help="the English one")
    testing.set_defaults(run=send_test, wishes=("address", "english"))
    return [testing]
