"""The judge of reply clocks: what it must find."""

from datetime import UTC, datetime, timedelta

from faults.promises import Promise, expected

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)


def test_the_oldest_question_counts_until_it_is_answered() -> None:
    """Asking again moves nothing, answering twice ends nothing more; some messages say nothing of the clock."""
    said = [(1, "none", NINE), (2, "asks", NINE), (3, "asks", TEN), (4, "answers", TEN), (5, "answers", TEN)]
    assert expected(said) == [Promise(NINE, 2, 4)]
    assert expected([*said, (6, "asks", TEN)]) == [Promise(NINE, 2, 4), Promise(TEN, 6, 0)]
    assert expected([*said, (6, "asks", TEN), (7, "needs_no_answer", TEN)])[1] == Promise(TEN, 6, 7)
