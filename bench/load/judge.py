"""Whether what was acknowledged really happened: there, once, in order, at both sides. One loss makes all worthless."""

from collections.abc import Sequence

from bench.load.messages import SIDES, Conversation, Message


def differences(conversation: Conversation, stored: Sequence[tuple[int, str]] | None) -> list[str]:
    """What is wrong with one room. `stored`: what the server hands out of it, or None for one that stores nothing."""
    wrong = _told_and_heard(conversation)
    taken = [one for one in conversation.sent if one.position]
    if stored is not None:
        wrong += _kept(taken, stored)
    wrong += _order(taken)
    return [f"room {conversation.seats.room}: {one}" for one in wrong]


def _told_and_heard(conversation: Conversation) -> list[str]:
    sent = conversation.sent
    wrong = [f"a message was not taken: {one.refused}" for one in sent if one.refused][:1]
    silent = sum(not one.told_at for one in sent)
    wrong += [f"{silent} messages were not acknowledged"] if silent else []
    wrong += [fault for one in sent if one.position for fault in _at_the_other_side(one)]
    places = [one.position for one in sent if one.position]
    if len(set(places)) != len(places):
        wrong.append("two messages were acknowledged with one position")
    if conversation.strangers:
        wrong.append(f"{conversation.strangers} messages were told of that nobody wrote")
    return wrong


def _at_the_other_side(message: Message) -> list[str]:
    name = f"position {message.position}, from the {SIDES[message.side]}"
    if message.heard != 1:
        return [f"{name}: arrived {message.heard} times at the other side"]
    if message.heard_position != message.position:
        return [f"{name}: the other side was told {message.heard_position}"]
    return []


def _kept(taken: Sequence[Message], stored: Sequence[tuple[int, str]]) -> list[str]:
    kept = dict(stored)
    wrong = [
        f"position {one.position}: acknowledged, but not what is stored there"
        for one in taken
        if kept.get(one.position, "").encode("ascii") != one.envelope
    ]
    places = [position for position, _ in stored]
    if places != list(range(1, len(places) + 1)):
        wrong.append("the positions of a room have gaps, or another order than their own")
    envelopes = [envelope for _, envelope in stored]
    if len(set(envelopes)) != len(envelopes):
        wrong.append("a message is stored twice")
    return wrong


def _order(taken: Sequence[Message]) -> list[str]:
    """Whatever had arrived before a message was written stands before it."""
    arrived = sorted((one for one in taken if one.finished_at), key=lambda one: one.finished_at)
    highest = passed = 0
    for message in sorted(taken, key=lambda one: one.due):
        while passed < len(arrived) and arrived[passed].finished_at <= message.due:
            highest, passed = max(highest, arrived[passed].position), passed + 1
        if message.position < highest:
            return [f"position {message.position}: written when {highest} had arrived already"]
    return []
