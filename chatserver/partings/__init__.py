"""Partings: a counsellor gives a conversation back, or a client wishes for somebody else; the promise goes on."""
