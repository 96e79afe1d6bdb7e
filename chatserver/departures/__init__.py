"""Departures: somebody leaves an agency, in one step: revoked, keys changed, conversations handed over."""
