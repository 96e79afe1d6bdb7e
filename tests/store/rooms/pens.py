"""Messages as the server reads them: a true header around bytes that stand for what is sealed."""

from dataclasses import dataclass, field
from datetime import timedelta
from secrets import token_bytes, token_hex

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.accounts.model import AccountId, Session, SessionId
from chatserver.accounts.store import add_session
from chatserver.messages.model import Posting
from chatserver.rooms.model import new_message
from chatserver.tables import accounts, room_items
from crypto import Header, fingerprint_of, read_message
from crypto.encoding import ZERO32, lp
from tests.store.rooms.furnished import NOW, ROOM


@dataclass
class Pen:
    """Somebody who is signed in and writes in the one room."""

    account_id: str
    fingerprint: bytes
    seen: tuple[int, bytes]
    session_id: str = field(default_factory=lambda: token_hex(16))

    def message(
        self, word: str, clock: str = "none", *, epoch: int = 1, seen: tuple[int, bytes] | None = None
    ) -> bytes:
        """An envelope of its own; `seen`: what the sender claims to have seen, a position and the transcript there."""
        position, th = seen or self.seen
        header = Header(
            clock=clock,
            room=bytes.fromhex(ROOM),
            epoch=epoch,
            kc=bytes(32),
            sender=self.fingerprint,
            session=token_bytes(16),
            counter=0,
            prev_id=ZERO32,
            seen_pos=position,
            seen_th=th,
            salt=token_bytes(32),
        )
        return lp(header.raw, word.encode())

    def posting(self, envelope: bytes, room: str = ROOM) -> Posting:
        """The message on its way."""
        header, item = read_message(envelope)
        return Posting(
            account_id=self.account_id,
            session_id=self.session_id,
            connection="",
            room=room,
            header=header,
            message=new_message(self.account_id, header, item, envelope),
        )

    def says(self, word: str, clock: str = "none") -> Posting:
        """Both in one."""
        return self.posting(self.message(word, clock))


async def pen_of(db: AsyncConnection, account_id: str) -> Pen:
    """Signs the person in, who has seen everything so far."""
    key = (await db.execute(select(accounts.c.signing_key).where(accounts.c.id == account_id))).scalar_one()
    last = select(room_items.c.position, room_items.c.th).where(room_items.c.room == ROOM)
    position, th = (await db.execute(last.order_by(room_items.c.position.desc()).limit(1))).one()
    pen = Pen(account_id, fingerprint_of(key), (position, th))
    await add_session(
        db,
        Session(
            id=SessionId(pen.session_id),
            token_hash=token_bytes(32),
            account_id=AccountId(account_id),
            created_at=NOW,
            expires_at=NOW + timedelta(hours=12),
            ends_at=NOW + timedelta(hours=12),
            used_at=NOW,
        ),
    )
    return pen
