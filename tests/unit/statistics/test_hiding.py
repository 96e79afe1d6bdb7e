"""No group of fewer than five is shown, and nobody finds one: not by subtracting, and not by knowing the rule."""

from collections import defaultdict
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatserver.statistics.hiding import SMALLEST, Shown, shown, shown_together

MONTH = "2026-11"
AGENCIES, TOPICS, MONTHS = "ABC", "xyz", ("2026-10", "2026-11")


def row(*values: int) -> dict[str, int]:
    """Cells by letters."""
    return dict(zip("abcdefgh", values, strict=False))


def told(*values: int) -> list[int | None]:
    """The total, and what is shown of each cell."""
    found = shown(MONTH, row(*values))
    return [found.total, *(found.cells[name] for name in row(*values))]


def is_small(value: int) -> bool:
    """Somebody could be found in it."""
    return 0 < value < SMALLEST


def test_large_groups_and_empty_ones_are_shown() -> None:
    """Nobody is in an empty one."""
    assert told(7, 0, 5) == [12, 7, 0, 5]
    assert told(0, 0) == [0, 0, 0]


def test_with_a_small_group_a_large_one_goes_too() -> None:
    """Else the total less what is shown would be the small one."""
    found = told(7, 3, 12, 9)
    assert found[0] == 31
    assert found[2] is None
    assert found.count(None) == 2


def test_which_large_one_goes_is_drawn_anew_each_month() -> None:
    """Not always the same agency, and never because of its number."""
    months = [f"2026-{month:02}" for month in range(1, 13)]
    gone = [next(name for name in "bcde" if shown(month, row(2, 9, 9, 9, 9)).cells[name] is None) for month in months]
    assert len(set(gone)) > 1
    others = [shown(month, row(2, 50, 5, 17, 9)).cells for month in months]
    assert [next(name for name in "bcde" if one[name] is None) for one in others] == gone


def test_a_row_with_few_in_all_shows_nothing() -> None:
    """Not even which groups are empty."""
    assert told(4, 0) == [None, None, None]


def test_small_groups_alone_leave_the_total() -> None:
    """Together they are many enough."""
    assert told(3, 4, 0) == [7, None, None, None]


def test_what_could_be_in_one_way_only_is_hidden_altogether() -> None:
    """Two groups, neither of which has five, and eight in all: both would have four."""
    assert told(4, 4) == [None, None, None]
    assert told(5, 1, 0) == [6, None, None, None]


def test_a_total_that_one_row_must_not_tell_none_tells() -> None:
    """The same month by agency and by topic."""
    by_agency, by_topic = shown_together(MONTH, row(4, 4), row(8, 0))
    assert (by_agency.total, by_topic.total) == (None, None)
    assert set(by_topic.cells.values()) == {None}


@pytest.mark.parametrize(("cells", "at_most"), [(1, 40), (2, 40), (3, 30), (4, 24)])
def test_whoever_knows_the_rule_and_the_row_finds_no_small_number(cells: int, at_most: int) -> None:
    """Every row there is, by what is shown of it: a hidden small number can always be another one as well."""
    worlds: dict[tuple[int | None, ...], list[tuple[int, ...]]] = defaultdict(list)
    for values in product(range(at_most + 1), repeat=cells):
        if sum(values) <= at_most:
            worlds[tuple(told(*values))].append(values)
    for seen, possible in worlds.items():
        for at, value in enumerate(seen[1:]):
            assert value is None or not is_small(value)
            if value is None:
                could_be = {one[at] for one in possible}
                assert len(could_be) > 1 or not is_small(could_be.pop())
        if seen[0] is None:
            assert len({sum(one) for one in possible}) > 1


Cube = dict[tuple[str, str, str], int]
cubes = st.lists(st.integers(0, 14), min_size=18, max_size=18).map(
    lambda values: dict(zip(product(AGENCIES, TOPICS, MONTHS), values, strict=True))
)


def margin(cube: Cube, names: str, axis: int, month: str) -> dict[str, int]:
    """A month of the cube by one of its other sides."""
    return {one: sum(n for key, n in cube.items() if key[2] == month and key[axis] == one) for one in names}


def published(cube: Cube) -> list[tuple[str, Shown, Shown]]:
    """All that is told of it."""
    found = []
    for month in MONTHS:
        by_agency, by_topic = shown_together(month, margin(cube, AGENCIES, 0, month), margin(cube, TOPICS, 1, month))
        found.append((month, by_agency, by_topic))
    return found


def rank(rows: list[list[Fraction]]) -> int:
    """Of a matrix, exactly."""
    rows, found = [list(one) for one in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((at for at in range(found, len(rows)) if rows[at][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for at in range(found + 1, len(rows)):
            times = rows[at][column] / rows[found][column]
            if times:
                rows[at] = [one - times * other for one, other in zip(rows[at], rows[found], strict=True)]
        found += 1
    return found


def equation(cube: Cube, **fixed: str) -> list[Fraction]:
    """Which of the cube's numbers add up to that margin."""
    sides = ("agency", "topic", "month")
    return [Fraction(all(fixed.get(side, part) == part for side, part in zip(sides, key, strict=True))) for key in cube]


@given(cubes)
def test_no_hidden_margin_follows_from_all_that_is_shown(cube: Cube) -> None:
    """By agency and by topic, over two months: no sum and no difference of what is shown is a hidden number."""
    known: list[list[Fraction]] = []
    hidden: list[list[Fraction]] = []
    for month, by_agency, by_topic in published(cube):
        if by_agency.total is not None:
            known.append(equation(cube, month=month))
        for side, one in (("agency", by_agency), ("topic", by_topic)):
            for name, value in one.cells.items():
                (hidden if value is None else known).append(equation(cube, month=month, **{side: name}))
    before = rank(known)
    for wanted in hidden:
        assert rank([*known, wanted]) == before + 1


@given(cubes)
def test_what_is_hidden_could_be_none_or_five(cube: Cube) -> None:
    """All of it: no hidden number can be told to be small from how much is hidden in its row together."""
    for month, *both in published(cube):
        for axis, (names, one) in enumerate(zip((AGENCIES, TOPICS), both, strict=True)):
            truth = margin(cube, names, axis, month)
            hidden = [name for name, value in one.cells.items() if value is None]
            assert not any(is_small(value) for value in one.cells.values() if value is not None)
            if any(is_small(truth[name]) for name in hidden) and one.total is not None:
                assert len(hidden) > 1
                assert sum(truth[name] for name in hidden) >= SMALLEST
