"""Calls: voice and video within a room. Signals pass through and leave no trace; media never come here."""
