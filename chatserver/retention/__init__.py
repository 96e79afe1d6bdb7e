"""Retention: conversations in which nothing has been written for long go, where an agency has decided so."""
