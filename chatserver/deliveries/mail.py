"""Mail: what it looks like, and handing it to the server that takes it (RFC 5321, 5322)."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from ssl import SSLError
from typing import Final

import aiosmtplib

from chatserver.config import Config, ConfigInvalid
from chatserver.deliveries.codes import code_for
from chatserver.deliveries.model import Language, Outcome, Parcel
from chatserver.deliveries.texts import BODIES, CODE_BODIES, CODE_SUBJECTS, SUBJECTS
from chatserver.deps import Deps
from chatserver.logs import log

ANSWER_SECONDS: Final = 15
PERMANENT: Final = 500
NOT_BEGUN: Final = (
    aiosmtplib.SMTPConnectError,
    aiosmtplib.SMTPResponseException,
    aiosmtplib.SMTPNotSupported,
    SSLError,
    ConfigInvalid,
)


async def send_mail(deps: Deps, parcel: Parcel) -> Outcome:
    """One try to hand one mail over. What is unexpected is raised: nobody knows whether it has arrived then."""
    if not deps.config.mails:
        return Outcome.LATER
    try:
        await hand_over(deps.config, _mail(deps, parcel))
    except aiosmtplib.SMTPRecipientsRefused as refused:
        # There is one.
        return _said("recipient", refused.recipients[0].code)
    except aiosmtplib.SMTPDataError as refused:
        return _said("data", refused.code)
    except NOT_BEGUN as reason:
        # Nobody there, our login, our sender: nothing of it is the person's fault, and whoever operates can mend it.
        log.warning("mail_not_taken", error=reason)
        return Outcome.LATER
    return Outcome.DELIVERED


def _said(kind: str, code: int) -> Outcome:
    log.warning("mail_refused", kind=kind, status=code)
    return Outcome.REFUSED if code >= PERMANENT else Outcome.LATER


def _mail(deps: Deps, parcel: Parcel) -> EmailMessage:
    if parcel.what == "code":
        code = code_for(deps.secrets.server_secret, parcel.way_id)
        subject, body = CODE_SUBJECTS[parcel.language], CODE_BODIES[parcel.language].format(code=code)
    else:
        subject, body = neutral(deps.config, parcel.language)
    return compose(deps.config, parcel.address, subject, body, message_id=parcel.id, now=deps.now())


def neutral(config: Config, language: Language) -> tuple[str, str]:
    """Subject and body of every notice."""
    return SUBJECTS[language], BODIES[language].format(address=config.address)


def compose(config: Config, to: str, subject: str, body: str, *, message_id: str, now: datetime) -> EmailMessage:
    """A plain mail without anything that tells whether it was read."""
    name, sender = parseaddr(config.mail_from)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(name, addr_spec=sender)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{message_id}@{_domain(config)}>"
    # RFC 3834: no holiday answers to this.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, cte="quoted-printable")
    return message


async def hand_over(config: Config, message: EmailMessage) -> None:
    """Gives a mail to the server of the settings. Raises what aiosmtplib raises, and ConfigInvalid."""
    async with spoken_to(config) as server:
        await server.send_message(message)


def spoken_to(config: Config) -> aiosmtplib.SMTP:
    """The server of the settings, logged in as long as the block lasts. Raises as `hand_over`."""
    return aiosmtplib.SMTP(
        hostname=config.mail_host,
        port=config.mail_port,
        username=config.mail_user or None,
        password=password_of(config) or None,
        use_tls=config.mail_security == "tls",
        start_tls=config.mail_security == "starttls",
        timeout=ANSWER_SECONDS,
        # The library's own would be the name of this machine, which ends up in the mail.
        local_hostname=_domain(config),
    )


def password_of(config: Config) -> str:
    """From the settings or the file that they name. Raises ConfigInvalid."""
    if config.mail_password_file is None:
        return config.mail_password
    try:
        return config.mail_password_file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as reason:
        raise ConfigInvalid(f"mail_password_file {config.mail_password_file} cannot be read.") from reason


def _domain(config: Config) -> str:
    return parseaddr(config.mail_from)[1].rpartition("@")[2]
