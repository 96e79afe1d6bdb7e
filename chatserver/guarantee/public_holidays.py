"""Public holidays of the German Länder, as the `holidays` package knows them."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

LANDS: Final = ("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH")
# What the package knows.
FIRST_YEAR: Final = 1991
LAST_YEAR: Final = 2100


@lru_cache(maxsize=512)
def public_holidays(land: str, year: int) -> Mapping[date, str]:
    """The days on which all of a Land rests, with their German names; none for years that nobody has fixed.

    What holds in some of its communities only is not among them, such as Mariä Himmelfahrt in Bavaria.
    """
    # A tenth of a second that only those pay who ask for it.
    from holidays import country_holidays  # noqa: PLC0415

    return dict(country_holidays("DE", subdiv=land, years=year, expand=False, language="de"))
