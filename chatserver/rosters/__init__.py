"""Rosters: who works at an agency, published number by number, and the duty seeds that go with it."""
