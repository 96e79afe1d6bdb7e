"""Shared test vectors: written here, read by the tests of every language. Not part of the wheel."""
