"""Rooms with the cast of the vectors, played just as far as a test needs."""

from collections.abc import Sequence
from typing import Final

from crypto import Add, Change, Member, RoomLog, Text, judge_commit_publicly, read_commit
from crypto.vectors.scripted import Recorded
from crypto.vectors.story import Scene, houses, person

RECORDED: Final = Recorded()
HAFEN: Final = houses()[1].root.fingerprint


def print_of(name: str) -> bytes:
    """The fingerprint of one of the cast."""
    return person(name).fingerprint


def asked(*, helpers: Sequence[bytes] = ()) -> Scene:
    """The client has written; nobody has taken the enquiry."""
    scene = Scene("a room of the tests", RECORDED, helpers=helpers)
    scene.say("nachtfalter", Text("Ich weiß nicht, wo ich anfangen soll."), "asks")
    return scene


def answered(*, helpers: Sequence[bytes] = ()) -> Scene:
    """Berger has taken the enquiry and answered it. Yilmaz is on duty and no member."""
    scene = asked(helpers=helpers)
    scene.take("berger")
    scene.say("berger", Text("Gut, dass Sie schreiben."), "answers")
    return scene


def crowded(*, helpers: Sequence[bytes] = ()) -> Scene:
    """Sommer has joined, too, and Winter as a moderator; neither has the capability `duty`."""
    scene = answered(helpers=helpers)
    newcomers = [scene.line("sommer"), scene.line("winter", role="moderator")]
    scene.commit("nachtfalter", [Add(print_of("sommer")), Add(print_of("winter"))], newcomers)
    return scene


def judged(scene: Scene, signer: str, changes: Sequence[Change], joining: Sequence[Member] = ()) -> RoomLog:
    """The log after a commit that nobody made honest beforehand."""
    commit = read_commit(scene.forge(signer, changes, joining))
    return judge_commit_publicly(scene.reader.log, commit, scene.book(), position=len(scene.items) + 1)
