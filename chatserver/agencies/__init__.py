"""Agencies: what they offer, where, and what proves who works there."""
