"""Calendars and reservations: when a counsellor is free, and who has which time.

Availability is kept as wall time in a zone and expanded per date; reservations are instants in UTC; every span is
half-open. `slots.why_not` is the one rule that decides both what is listed and what may be booked, and the database
refuses an overlap whatever the code does (`guards`). Nothing in here knows of chat: ids are opaque text.
"""
