"""Bugs of booking and of logging in that the product does not have (see planted.py)."""

from typing import Any

from sqlalchemy import text

from booking import guards, register
from chatserver.accounts import actions as accounts
from chatserver.appointments import holding
from chatserver.config import HashCost


def believes_its_own_look() -> None:
    """Nobody waits for their turn, and no constraint is left: what was free when one looked is taken to be free.

    Between looking and writing it is slow, as on a machine that does much else.
    """
    dropped: list[str] = []
    take = register.take

    def no_turns(db: Any, *_: Any) -> None:
        # Once for each node, with the first hold: a server without its guards would not have started.
        if not dropped:
            for name in guards._POSTGRESQL:
                dropped.append(name)
                db.execute(text(f"ALTER TABLE reservations DROP CONSTRAINT IF EXISTS {name}"))

    def slowly(db: Any, *given: Any, **more: Any) -> Any:
        db.execute(text("SELECT pg_sleep(0.02)"))
        return take(db, *given, **more)

    vars(register).update(take_turn=no_turns, take_turns=no_turns, take=slowly)
    vars(holding)["take_turns"] = no_turns


def answers_unknown_names_at_once() -> None:
    """Why hash anything for a name that nobody has?"""
    verify = vars(accounts)["verify_auth"]

    async def hastily(pepper: bytes, auth: bytes, verifier: str | None, cost: HashCost) -> bool:
        return verifier is not None and await verify(pepper, auth, verifier, cost)

    vars(accounts)["verify_auth"] = hastily
