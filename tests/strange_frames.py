"""Frames that no page and no library would send."""

import random
from collections.abc import Callable

from tests.raw_frames import BINARY, CLOSE, PING, TEXT, frame


def strange_frames(chance: random.Random) -> bytes:
    """Whole, cut and lying frames."""
    noise = chance.randbytes(chance.choice((0, 1, 3, 120, 126, 3000)))
    kinds: list[Callable[[], bytes]] = [
        lambda: noise,
        lambda: frame(noise, chance.randrange(16), fin=chance.random() < 0.5, reserved=chance.randrange(8)),
        lambda: frame(b"42" + noise),
        lambda: frame(noise, BINARY),
        lambda: frame(b"4", fin=False) + frame(b"2[", 0, fin=False) + frame(b'"since",{}]', 0),
        lambda: frame(b"x", fin=False) + frame(b"y", TEXT),
        lambda: frame(b"lost", 0),
        lambda: frame(b"", TEXT, length=2**63 - 1),
        lambda: frame(b"4" + b"2" * 10, length=2**20),
        lambda: frame(b"42" + b"[" * 50_000),
        lambda: frame(b'42["since",{"room":"\xff\xfe"}]'),
        lambda: frame(noise[:100], PING, fin=False),
        lambda: frame(noise, PING),
        lambda: frame(b"\0", CLOSE),
        lambda: frame(b'42["since",{}]', reserved=4),
        lambda: frame(b"") * 500,
        lambda: b"".join(frame(bytes((one,)), 0 if at else TEXT, fin=False) for at, one in enumerate(b"42" * 300)),
        lambda: frame(b"41") + frame(b'421["since",{}]') + frame(b"40") + frame(b"40/admin,{}") + frame(b'43-1["x"]'),
    ]
    return chance.choice(kinds)()
