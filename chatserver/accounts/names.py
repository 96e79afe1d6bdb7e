"""Words that free user names are made of: two calm compounds and a number, without a gender and without a person."""

import random
from collections.abc import Sequence
from typing import Final

BEGINNINGS: Final[Sequence[str]] = (
    "abend", "ahorn", "apfel", "bach", "berg", "birken", "blatt", "blau", "dorf", "eichen", "fels", "feld", "fluss",
    "garten", "gold", "gras", "hafen", "heide", "herbst", "himmel", "holz", "insel", "kiefern", "klee", "licht",
    "linden", "meer", "mittag", "mohn", "mond", "moor", "moos", "morgen", "nebel", "nord", "regen", "sand", "schnee",
    "see", "silber", "sommer", "stern", "tal", "tau", "ufer", "wald", "wiesen", "wind", "winter", "wolken",
)  # fmt: skip
ENDINGS: Final[Sequence[str]] = (
    "amsel", "beere", "blume", "boot", "brise", "distel", "drossel", "elster", "falter", "farn", "feder", "fink",
    "funke", "glocke", "hase", "igel", "kiesel", "kranich", "laterne", "lerche", "linde", "luchs", "marder", "meise",
    "muschel", "otter", "pfad", "quelle", "rabe", "reiher", "rose", "schwalbe", "segel", "specht", "spatz", "star",
    "stein", "storch", "tanne", "taube", "turm", "weide", "weg", "welle", "wurzel", "zaun", "zeisig", "zweig",
)  # fmt: skip


def propose_names(chance: random.Random, count: int) -> list[str]:
    """`count` different names such as "nebel.kranich47"; nobody has checked yet whether they are free."""
    names: set[str] = set()
    while len(names) < count:
        names.add(f"{chance.choice(BEGINNINGS)}.{chance.choice(ENDINGS)}{chance.randrange(10, 1000)}")
    return sorted(names, key=lambda _: chance.random())
