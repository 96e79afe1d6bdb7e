"""Vectors of rosters and duty seeds: what verifies, who is certified when, what must be refused."""

from dataclasses import replace
from typing import Any

from crypto import (
    AgencyRoot,
    Identity,
    Revocation,
    RosterKey,
    check_pin,
    kem_public_key,
    make_root,
    open_duty_seed,
    read_roster,
    seal_duty_seed,
    sign_roster_keys,
    succeed_root,
)
from crypto.encoding import fields, lp, split, u64
from crypto.roster import RosterPin
from crypto.signing import sign_object, signing_key
from crypto.vectors.refusing import flipped, refused
from crypto.vectors.scripted import Recorded, Scripted
from crypto.vectors.story import DAY, START, House, certificate, houses, person, resigned, seed


def rosters(recorded: Recorded) -> Any:
    house, hafen = houses()
    chance = Scripted("duty", recorded)
    return {
        "root_seed": house.root_seed,
        "successor_seed": seed("kreuzviertel successor"),
        "roster_seed": house.roster_seed,
        "root": house.root.raw,
        "root_fingerprint": house.root.fingerprint,
        "roster_keys": house.roster_keys,
        "rosters": [_roster(one) for one in (*house.rosters, *hafen.rosters)],
        "certified": _certified(house),
        "refusals": [
            {"name": name, "roster": raw, "root_fingerprint": root, "refusal": refused(read_roster, raw, root)}
            for name, raw, root in _bad_rosters(house)
        ],
        "successions": _successions(house),
        "pins": _pins(house),
        "duty_seeds": _duty_seeds(house, chance),
    }


def _roster(one: Any) -> Any:
    plain = (
        "number",
        "hash",
        "previous",
        "issued_at",
        "expires_at",
        "agency_name",
        "duty_generation",
        "duty_kem_pk",
        "keys_seq",
        "root_fingerprint",
        "raw",
    )
    return {
        **{name: getattr(one, name) for name in plain},
        "certificates": [
            {
                "fingerprint": each.fingerprint,
                "display_name": each.display_name,
                "capabilities": sorted(each.capabilities),
            }
            for each in one.certificates
        ],
        "revocations": [
            {"fingerprint": each.fingerprint, "revoked_at": each.revoked_at, "reason": each.reason}
            for each in one.revocations
        ],
    }


def _certified(house: House) -> Any:
    cases = [
        (0, "berger", START, ["counsel", "duty"]),
        (0, "sommer", START, ["duty"]),
        (0, "berger", START + 301 * DAY, ["counsel"]),
        (0, "berger", START - 11 * DAY, ["counsel"]),
        (0, "luft", START, []),
        (0, "yilmaz", START + 3 * DAY, ["counsel"]),
        (1, "yilmaz", START + 3 * DAY, ["counsel"]),
    ]
    return [
        {
            "roster": at,
            "fingerprint": person(name).fingerprint,
            "at": when,
            "capabilities": needed,
            "refusal": refused(house.rosters[at].certified, person(name).fingerprint, when, *needed),
        }
        for at, name, when, needed in cases
    ]


def _bad_rosters(house: House) -> list[tuple[str, bytes, bytes]]:
    root, good = house.root.fingerprint, house.rosters[1].raw
    signer = Identity(house.roster_seed, bytes(32))
    staff = [certificate("berger", "counsel")]
    # Same order as in the format: f0 suite, f1 root, f2 roster_keys, f3 number … f12 revocations.
    two = split(fields(good, 2)[0])[12]
    return [
        ("T39: another root", good, seed("another")),
        ("T1: an unknown suite", resigned(good, signer, f0=u64(2)), root),
        ("T40: number 1 after something", resigned(good, signer, f3=u64(1)), root),
        ("number 0", resigned(good, signer, f3=u64(0)), root),
        ("36 days", house.publish(staff, expires_at=START + 35 * DAY), root),
        ("no time at all", house.publish(staff, expires_at=START - DAY), root),
        ("T12: a duty key of zeros", resigned(good, signer, f10=bytes(1216)), root),
        ("a name that hides", resigned(good, signer, f8="a\u200bb".encode()), root),
        ("people out of order", resigned(good, signer, f11=lp(*reversed(split(two)))), root),
        ("an unknown capability", house.publish([certificate("berger", "bless")]), root),
        (
            "signed by a key that is not certified",
            resigned(good, Identity(seed("x"), bytes(32)), f7=Identity(seed("x"), bytes(32)).ed_pk),
            root,
        ),
        ("signed by another key than it says", resigned(good, Identity(seed("x"), bytes(32))), root),
        ("signed before the key was valid", house.publish(staff, issued_at=START - 30 * DAY), root),
        ("cut off", good[:-1], root),
        ("T29: 2 MiB", bytes(2 << 20), root),
        ("a flipped bit", flipped(good), root),
        ("roster keys of another root", _foreign_keys(house), root),
        ("roster keys signed by another", resigned(good, signer, f2=resigned(house.roster_keys, person("luft"))), root),
        ("a short roster key, then a statement by another", _short_key_and_foreign_statement(good, signer), root),
        ("T10: a revocation twice", house.publish(staff, [Revocation(bytes(32), 1, "left")] * 2), root),
    ]


def _short_key_and_foreign_statement(good: bytes, signer: Identity) -> bytes:
    """Two faults: the code is that of the first in the order of the fields."""
    berger = split(certificate("berger", "counsel").raw)
    false = lp(berger[0], person("luft").kem_statement, *berger[2:])
    return resigned(good, signer, f7=bytes(31), f11=lp(false))


def _foreign_keys(house: House) -> bytes:
    other = make_root(house.root_seed, seed("another successor"))
    statement = resigned(house.roster_keys, Identity(house.root_seed, bytes(32)), f0=other.fingerprint)
    return resigned(house.rosters[1].raw, Identity(house.roster_seed, bytes(32)), f2=statement)


def _pins(house: House) -> Any:
    one, two = house.rosters
    cases = {
        "none yet": (two, None),
        "the same": (two, two.pin),
        "the next": (two, one.pin),
        "T11: older": (one, two.pin),
        "T11: older keys": (two, RosterPin(1, one.hash, 2)),
        "T40: the same number, another hash": (two, RosterPin(2, seed("x"), 1)),
        "T40: the next, but not of this one": (two, RosterPin(1, seed("x"), 1)),
    }
    return [
        {
            "name": name,
            "number": roster.number,
            "pin": None if pin is None else {"number": pin.number, "hash": pin.hash, "keys_seq": pin.keys_seq},
            "refusal": refused(check_pin, roster, pin),
        }
        for name, (roster, pin) in cases.items()
    ]


def _successions(house: House) -> Any:
    """A root that was lost, then stolen: who is led where by which fingerprint, and what a thief tries."""
    seeds = [house.root_seed, seed("kreuzviertel successor"), seed("second successor"), seed("third successor")]
    first = house.root
    second = succeed_root(first, seeds[1], seeds[2], "lost", START + 3 * DAY)
    third = succeed_root(second, seeds[2], seeds[3], "stolen", START + 4 * DAY)
    keys = RosterKey(signing_key(house.roster_seed), person("winter").fingerprint, START - DAY, START + 300 * DAY)
    staff = [certificate("berger", "counsel", "duty")]

    def publish(root: AgencyRoot, root_seed: bytes, seq: int = 1) -> bytes:
        return house.publish(staff, root=root, roster_keys=sign_roster_keys(root_seed, root, seq, [keys]))

    good = publish(third, seeds[2])
    forged = sign_object(seed("thief"), fields(second.successions[0], 2)[0])
    cases = {
        "by the founding root": (good, first.fingerprint),
        "by the root between": (good, second.own_fingerprint),
        "by the newest root": (good, third.own_fingerprint),
        "the first succession alone": (publish(second, seeds[1]), first.fingerprint),
        "a thief with the stolen root, where the link names its successor": (
            publish(second, seeds[1], 9),
            third.own_fingerprint,
        ),
        "another agency": (good, seed("x")),
        "a succession by nobody": (publish(replace(second, successions=(forged,)), seeds[1]), first.fingerprint),
        "a succession left out": (
            publish(replace(third, successions=third.successions[1:]), seeds[2]),
            first.fingerprint,
        ),
        "the same succession twice": (
            publish(replace(second, successions=second.successions * 2), seeds[1]),
            first.fingerprint,
        ),
        "roster keys of the root before": (publish(third, seeds[1]), first.fingerprint),
    }
    return {
        "seeds": seeds,
        "created_at": [START + 3 * DAY, START + 4 * DAY],
        "rosters": [
            {
                "name": name,
                "roster": raw,
                "root_fingerprint": root,
                "refusal": refused(read_roster, raw, root),
            }
            for name, (raw, root) in cases.items()
        ],
        "founding_fingerprint": first.fingerprint,
        "keys_seq": read_roster(good, first.fingerprint).keys_seq,
        "root": third.raw,
    }


def _duty_seeds(house: House, chance: Scripted) -> Any:
    duty, holder = house.duty(1), person("berger")
    sealed = seal_duty_seed(duty.seed, duty.root_fingerprint, 1, holder.fingerprint, holder.kem_pk, chance=chance)
    cases = {
        "true": (sealed, holder, duty.root_fingerprint),
        "for another": (sealed, person("yilmaz"), duty.root_fingerprint),
        "of another agency": (sealed, holder, seed("x")),
        "flipped": (flipped(sealed), holder, duty.root_fingerprint),
    }
    return [
        {
            "name": name,
            "sealed": raw,
            "ed_seed": who.ed_seed,
            "kem_seed": who.kem_seed,
            "root_fingerprint": root,
            "generation": 1,
            "seed": duty.seed,
            "kem_pk": kem_public_key(duty.seed),
            "refusal": refused(open_duty_seed, raw, who, root),
        }
        for name, (raw, who, root) in cases.items()
    ]
