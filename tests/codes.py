"""The apps of people who work here: each code opens once, so two log-ins in the same half minute need two of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from chatserver.demo.cast import AGENCIES, demo_secret
from chatserver.factors.model import STEPS_ASIDE, code_at, step_at

DEMO: Final = frozenset(one.name for plan in AGENCIES for one in (*plan.counsellors, plan.coordinator))
# By server, whichever name for this machine it was reached under.
_CLOCKS: Final[dict[int, Callable[[], datetime]]] = {}
_LATER: Final[dict[int, Callable[[], None]]] = {}
_SECRETS: Final[dict[tuple[int, str], bytes]] = {}
_USED: Final[dict[tuple[int, str], int]] = {}


def goes_by(url: str, clock: Callable[[], datetime], later: Callable[[], None] | None = None) -> None:
    """Which clock a server has. `later` moves it on by half a minute, where every code of now is used."""
    _CLOCKS[_server(url)] = clock
    if later is not None:
        _LATER[_server(url)] = later


def set_up(url: str, name: str, secret: bytes) -> None:
    """Somebody's app has this secret."""
    _SECRETS[_server(url), name] = secret
    _USED.pop((_server(url), name), None)


def has_app(url: str, name: str) -> bool:
    """Whether a page will ask this person for a code."""
    return name in DEMO or (_server(url), name) in _SECRETS


def next_code(url: str, name: str, now: datetime | None = None) -> str:
    """A code that this server takes and has not seen. `now`: where nobody has said which clock the server goes by."""
    server = _server(url)
    step = _free_step(server, name, now)
    if step is None and server in _LATER:
        _LATER[server]()
        step = _free_step(server, name, now)
    assert step is not None, f"{name} has used every code of now"
    _USED[server, name] = step
    return code_at(_SECRETS.get((server, name)) or demo_secret(name), step)


def _free_step(server: int, name: str, now: datetime | None) -> int | None:
    at = _CLOCKS[server]() if server in _CLOCKS else now or datetime.now(UTC)
    used, present = _USED.get((server, name), -1), step_at(at)
    return next((one for one in range(present - STEPS_ASIDE, present + STEPS_ASIDE + 1) if one > used), None)


def _server(url: str) -> int:
    return urlsplit(url).port or 0
