"""Threads: a client, a topic, a counsellor, and the promise of an answer."""
