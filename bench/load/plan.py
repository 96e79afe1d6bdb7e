"""What a generator is to do, and what it saw; both travel as JSON."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Scenario:
    """With a `rate` (messages a second) an open loop over all rooms, else `talks` rooms with `window` on their way."""

    name: str
    talks: int = 0
    window: int = 1
    rate: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`folder`: who comes in. `ports`, `servers`: of one server or its nodes. `stores`: it keeps what it gets."""

    folder: str
    ports: tuple[int, ...]
    servers: tuple[int, ...]
    pairs: int
    stores: bool
    seconds: float
    scenarios: tuple[Scenario, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Self:
        scenarios = tuple(Scenario(**one) for one in told["scenarios"])
        ports, servers = (tuple(told[name]) for name in ("ports", "servers"))
        return cls(**{**told, "ports": ports, "servers": servers, "scenarios": scenarios})


@dataclass(frozen=True, slots=True)
class Seen:
    """One scenario. Percentiles in seconds, from the due time; `server` and `generator`: cores that were kept busy.

    `server_s`: processor time of the server, with all its nodes, for one message, in seconds.
    """

    name: str
    rate: float = 0
    messages: int = 0
    stored: dict[int, float] = field(default_factory=dict)
    arrived: dict[int, float] = field(default_factory=dict)
    server: float = 0
    server_s: float = 0
    generator: float = 0
    overloaded: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Self:
        """Keys of JSON are text."""
        shares = {name: {int(one): value for one, value in told[name].items()} for name in ("stored", "arrived")}
        return cls(**{**told, **shares})
