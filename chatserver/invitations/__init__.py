"""Invitations: how somebody comes to work at an agency, with keys that the server cannot exchange on the way."""
