"""Each row of the table of bad input in docs/guarantee.md names a test that exists."""

import re
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parents[2]
_NAMED: Final = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)` \|$")


def test_each_row_names_a_test_that_exists() -> None:
    """By file and name; a row without one is a promise without a proof."""
    text = (HERE / "docs/guarantee.md").read_text()
    section = text.partition("## Bad input\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
    named = [_NAMED.search(line) for line in rows]
    assert len(rows) >= 9
    assert all(named)
    for found in named:
        assert found is not None
        assert f"def {found[2]}(" in (HERE / found[1]).read_text(), found[0]
