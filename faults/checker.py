"""Whether what was acknowledged is there, once, in order and for everybody. Pure: journal and copies in, faults out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from faults.journal import Entry

# What one reader was given of a room: position and name of each item, in the order in which they came.
Copy = Sequence[tuple[int, str]]


def faults_in(entries: Iterable[Entry], copies: Mapping[str, Sequence[Copy]]) -> list[str]:
    """What is wrong. `copies`: by room, what each of its readers was given; what neither wrote may only come first."""
    written: defaultdict[str, list[Entry]] = defaultdict(list)
    for one in entries:
        written[one.room].append(one)
    wrong = [f"room {room}: nobody could read it" for room in written if not copies.get(room)]
    for room, views in copies.items():
        wrong += [f"room {room}: {fault}" for fault in _in_room(written[room], views)]
    return wrong


def _in_room(entries: Sequence[Entry], views: Sequence[Copy]) -> list[str]:
    wrong = [fault for view in views for fault in _in_copy(entries, view)]
    if any(list(view) != list(views[0]) for view in views):
        wrong.append("its readers were given different items, or another order")
    return wrong


def _in_copy(entries: Sequence[Entry], view: Copy) -> list[str]:
    stored = {name: position for position, name in view}
    wrong = [
        f"{name} is stored {times} times" for name, times in Counter(name for _, name in view).items() if times > 1
    ]
    places = [position for position, _ in view]
    if places != list(range(1, len(places) + 1)):
        wrong.append("its positions have gaps, or another order than their own")
    for one in entries:
        if one.step == "ok" and str(stored.get(one.name, "")) != one.place:
            wrong.append(
                f"{one.name} was acknowledged at {one.place}, and stands at {stored.get(one.name, 'no place')}"
            )
        if one.step == "fail" and one.name in stored:
            wrong.append(f"{one.name} was refused ({one.why}), and stored")
    return wrong + _strangers(entries, view)


def _strangers(entries: Sequence[Entry], view: Copy) -> list[str]:
    """Items that nobody wrote, after the first one that somebody did."""
    known = {one.name for one in entries}
    names = [name for _, name in sorted(view)]
    first = next((at for at, name in enumerate(names) if name in known), len(names))
    return [f"{name} is stored, and nobody wrote it" for name in names[first:] if name not in known]
