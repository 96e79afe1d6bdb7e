"""Cells of a table that a spreadsheet opens."""

from typing import Final

# What a spreadsheet takes for a formula, at the beginning of a cell.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(written: str) -> str:
    """The text, never a formula: somebody may have chosen a name that would be one."""
    return f"'{written}" if written.startswith(_FORMULA) else written
