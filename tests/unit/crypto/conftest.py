"""Says after the run how many of the outside vectors came out as their makers say."""

import pytest

from tests.unit.crypto.outside import SCORES


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not SCORES:
        return
    terminalreporter.section("outside vectors, Python")
    for name, (passed, total, remark) in SCORES.items():
        terminalreporter.write_line(f"{name}: {passed}/{total}{f' ({remark})' if remark else ''}")
