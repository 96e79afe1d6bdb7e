"""Calendars outside: a file for one appointment, and the address under which a counsellor's own program reads all.

Neither says who is met, where, or what about: what lies in a calendar is seen by whoever looks over a shoulder, and
often lies with a third party.
"""
