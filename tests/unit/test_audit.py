"""Which acts of staff are recorded, and what a chain of them shows."""

import csv
import inspect
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from sys import modules

import pytest

from chatserver.audit.actions import as_csv
from chatserver.audit.acts import AUDITED, UNAUDITED
from chatserver.audit.model import ChainBroken, Chained, check_chain, day_of
from chatserver.audit.wire import AuditEntry
from chatserver.errors import Malformed
from chatserver.http import Who
from chatserver.nouns import ROUTES
from chatserver.recorded import NO_LINK, Recorded, link_of

AGENCY, BERGER, YILMAZ = "aa" * 16, "bb" * 16, "cc" * 16
AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
OF_STAFF = {
    f"{one.method} {one.path}": one for one in ROUTES if one.method in {"POST", "PUT"} and one.who is not Who.CLIENT
}
ACTS = [
    Recorded(act="founded", at=AT, by=BERGER),
    Recorded(act="colleague_left", at=AT, by=BERGER, about=YILMAZ),
    Recorded(act="terms_changed", at=AT),
]


def test_whoever_adds_an_address_for_staff_says_whether_it_is_recorded() -> None:
    assert not AUDITED.keys() & UNAUDITED.keys()
    assert AUDITED.keys() | UNAUDITED.keys() == OF_STAFF.keys()


@pytest.mark.parametrize("address", AUDITED)
def test_what_is_said_to_be_recorded_is_recorded_there(address: str) -> None:
    """Where the action is; what it leaves in the database is shown in tests/api/test_audit.py."""
    source = inspect.getsource(modules[OF_STAFF[address].action.__module__])
    assert [act for act in AUDITED[address] if f'"{act}"' not in source] == []


def chained(acts: list[Recorded]) -> list[Chained]:
    """As they were written."""
    before, made = NO_LINK, []
    for number, one in enumerate(acts, 1):
        link = link_of(before, AGENCY, number, one)
        made.append(Chained(number, link, link))
        before = link
    return made


def read(written: list[Chained], acts: list[Recorded]) -> list[Chained]:
    """What stands there now, beside the links of then."""
    before, found = NO_LINK, []
    for one, act in zip(written, acts, strict=True):
        found.append(Chained(one.number, one.link, link_of(before, AGENCY, one.number, act)))
        before = one.link
    return found


def test_a_log_that_nobody_touched_holds() -> None:
    assert check_chain(read(chained(ACTS), ACTS)) == 3
    assert check_chain([]) == 0


@pytest.mark.parametrize(
    "instead",
    [
        replace(ACTS[1], act="invited"),
        replace(ACTS[1], at=AT + timedelta(microseconds=1)),
        replace(ACTS[1], by=YILMAZ),
        replace(ACTS[1], by=""),
        replace(ACTS[1], about=""),
    ],
)
def test_whatever_is_changed_of_an_entry_shows(instead: Recorded) -> None:
    acts = [ACTS[0], instead, ACTS[2]]
    with pytest.raises(ChainBroken, match="entry 2"):
        check_chain(read(chained(ACTS), acts))


def test_an_entry_that_is_gone_shows() -> None:
    written = read(chained(ACTS), ACTS)
    with pytest.raises(ChainBroken, match="entry 2 is missing"):
        check_chain([written[0], written[2]])


def test_an_entry_and_its_link_that_were_exchanged_together_show_at_the_next() -> None:
    acts = [ACTS[0], replace(ACTS[1], about=BERGER), ACTS[2]]
    exchanged = [*chained(ACTS)[:1], chained(acts)[1], chained(ACTS)[2]]
    with pytest.raises(ChainBroken, match="entry 3"):
        check_chain(read(exchanged, acts))


def test_a_day_is_the_agencys_also_when_the_clocks_change() -> None:
    since, until = day_of("2026-10-25", "Europe/Berlin")
    assert (since, until - since) == (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), timedelta(hours=25))


@pytest.mark.parametrize("no_day", ["2026-02-30", "0000-01-01", "0001-01-01", "9999-12-31", "2026-13-01"])
def test_what_is_no_day_is_refused(no_day: str) -> None:
    with pytest.raises(Malformed):
        day_of(no_day, "Europe/Berlin")


@pytest.mark.parametrize("name", ["=1+1", "+49", "-2", "@here", "Anna, die Ältere", 'die "Neue"'])
def test_a_table_for_spreadsheets_holds_no_formula(name: str) -> None:
    entry = AuditEntry(1, AT, "invited", BERGER, name, None, "", b"\xfb" * 32)
    (_, line) = csv.reader(StringIO(as_csv([entry]).decode()))
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in line)
    assert line[3].removeprefix("'") == name
