"""What somebody says about what was said: changing it, taking it back, having read it, not being answered by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from crypto import Body, Contest, Delete, Edit, File, NoAnswerNeeded, Read, Reader, Text, Verdict

if TYPE_CHECKING:
    from chatserver.threads.wire import MessagePosted
    from tests.person import Person


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it stands after everything that its author has changed since."""

    position: int
    mine: bool
    text: str
    changed: Literal["no", "edited", "deleted"] = "no"


class SayingRoom:
    """What Room is, as far as messages about messages are concerned."""

    person: Person
    reader: Reader
    verdicts: dict[int, Verdict]

    async def say(self, body: Body, clock: str, *, contests: int | None = None) -> MessagePosted:
        """Seals and posts. `contests`: of which answer it is said, as the server sees it."""
        raise NotImplementedError

    async def edit(self, position: int, text: str) -> MessagePosted:
        """Other words for what stands there. Readers refuse it from anybody but its author (T28)."""
        return await self.say(Edit(self._id_at(position), text), "none")

    async def delete(self, position: int) -> MessagePosted:
        """What stands there is not shown any more."""
        return await self.say(Delete(self._id_at(position)), "none")

    async def mark_read(self) -> MessagePosted:
        """Has read everything up to here, which confirms to the others that nothing is missing at the end (T22)."""
        return await self.say(Read(self.reader.position), "none")

    async def contest(self, position: int) -> MessagePosted:
        """What stands there did not answer me, or is no answer at all: the clock starts again (T47)."""
        return await self.say(Contest(self._id_at(position)), "asks", contests=position)

    async def needs_no_answer(self) -> MessagePosted:
        """Stops the client's own clock."""
        return await self.say(NoAnswerNeeded(), "needs_no_answer")

    async def asks_again(self) -> MessagePosted:
        """Takes "needs no answer" back."""
        return await self.say(Contest(b""), "asks")

    def _id_at(self, position: int) -> bytes:
        return self.verdicts[position].id

    @property
    def read_by_others(self) -> int:
        """Up to here somebody else says that they have read."""
        others = (one for one in self._messages() if one.sender != self.person.identity.fingerprint)
        marks = (one.message.body for one in others if one.message is not None)
        return max((body.position for body in marks if isinstance(body, Read)), default=0)

    @property
    def unconfirmed(self) -> list[int]:
        """Where one's own messages stand of which nobody has shown that they have them (T22)."""
        return [one.position for one in self.shown if one.mine and one.position > self.reader.confirmed]

    @property
    def shown(self) -> list[Shown]:
        """The messages as a page would show them now. What is deleted stays so, whatever edit comes afterwards."""
        changes: dict[bytes, Edit | Delete] = {}
        for verdict in self._messages():
            body = verdict.message.body if verdict.message is not None else None
            if not isinstance(body, Edit | Delete) or "target_unseen" in verdict.marks:
                continue
            if not isinstance(changes.get(body.target), Delete):
                changes[body.target] = body
        return [self._as_it_is(one, changes.get(one.id)) for one in self._messages() if _is_said(one)]

    def _messages(self) -> list[Verdict]:
        return [one for _, one in sorted(self.verdicts.items()) if one.kind == "message"]

    def _as_it_is(self, verdict: Verdict, change: Edit | Delete | None) -> Shown:
        body = verdict.message.body if verdict.message is not None else None
        said = body.text if isinstance(body, Text | File) else ""
        mine = verdict.sender == self.person.identity.fingerprint
        match change:
            case Edit(text=text):
                return Shown(verdict.position, mine, text, "edited")
            case Delete():
                return Shown(verdict.position, mine, "", "deleted")
            case None:
                return Shown(verdict.position, mine, said)


def _is_said(verdict: Verdict) -> bool:
    return verdict.message is not None and isinstance(verdict.message.body, Text | File)
