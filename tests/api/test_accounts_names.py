"""Names that are offered can be had."""

import random

from chatserver.accounts.names import BEGINNINGS, ENDINGS, propose_names
from crypto import check_name


def test_every_name_that_could_be_offered_is_a_valid_one() -> None:
    """The longest and the oddest included."""
    for beginning in BEGINNINGS:
        for ending in ENDINGS:
            assert check_name(f"{beginning}.{ending}999") == f"{beginning}.{ending}999"


def test_names_are_offered_once_each() -> None:
    """However small the choice."""
    names = propose_names(random.Random(7), 50)
    assert len(set(names)) == 50
