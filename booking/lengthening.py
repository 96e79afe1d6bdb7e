"""An appointment that goes on a little longer than was agreed, because two people need the time."""

from datetime import datetime

from sqlalchemy import Connection, delete

from booking import register
from booking.errors import AppointmentOver, NotBegun
from booking.model import Reservation, State
from booking.tables import reservations
from booking.verbs import Verb


@Verb
def lengthen(db: Connection, *, appointment: str, counsellor: str, ends_at: datetime, now: datetime) -> Reservation:
    """It goes on until `ends_at`, where nothing else is in the way. A repeat, or less than there is, changes nothing.

    Opening hours have no say: whoever stays longer knows why. Their pause after it is used up first, and is theirs to
    give. Raises NotFound, NotBegun, AppointmentOver, SlotTaken.
    """
    found = register.appointment_of.at_once(db, appointment, reservations.c.counsellor == counsellor, for_change=True)
    if found.state is not State.BOOKED:
        raise AppointmentOver
    if now < found.appointment.starts_at:
        raise NotBegun
    if ends_at <= found.appointment.ends_at:
        return found
    register.take_turn(db, counsellor, found.place)
    db.execute(delete(reservations).where(reservations.c.counsellor == counsellor, reservations.c.expires_at <= now))
    kept_until = max(found.reserved.ends_at, ends_at)
    longer = {"appointment_ends_at": ends_at, "ends_at": kept_until, "sequence": found.sequence + 1}
    return register.change(db, found, **longer)
