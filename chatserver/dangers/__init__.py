"""Dangers: a thread in which a client's life is at stake, and what an agency has written down for that."""
