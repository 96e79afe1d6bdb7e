"""The houses of tests/api, to be attacked."""

from tests.api.conftest import empty, empty_house, founded, house, kind, on_postgresql, on_sqlite, originals

__all__ = ["empty", "empty_house", "founded", "house", "kind", "on_postgresql", "on_sqlite", "originals"]
