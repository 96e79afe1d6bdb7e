"""Vectors of invitations: whose keys arrive, and what is refused when others do."""

from dataclasses import replace
from typing import Any

from crypto import Acceptance, check_acceptance, new_invitation_link, prove_acceptance, read_invitation_link
from crypto.signing import signing_key
from crypto.vectors.refusing import flipped, refused
from crypto.vectors.scripted import Recorded, Scripted
from crypto.vectors.story import houses, person, seed


def invitations(recorded: Recorded) -> Any:
    house, hafen = houses()
    link = new_invitation_link(house.root.fingerprint, chance=Scripted("invitation", recorded))
    elsewhere = replace(link, root_fingerprint=hafen.root.fingerprint)
    berger, ghost = person("berger"), person("luft")
    mine = Acceptance(berger.ed_pk, berger.kem_statement, b"", "Frau Berger")
    keeper = replace(mine, roster_pk=signing_key(seed("berger roster")))
    proof = prove_acceptance(link, mine)
    theirs = Acceptance(ghost.ed_pk, ghost.kem_statement, b"", "Frau Berger")
    mixed = replace(mine, kem_statement=ghost.kem_statement)
    cases = {
        "true": (link, mine, proof),
        "of a coordinator": (link, keeper, prove_acceptance(link, keeper)),
        "T50: somebody else's keys": (link, theirs, proof),
        "T14: another KEM key": (link, mixed, proof),
        "a roster key added": (link, keeper, proof),
        "a roster key dropped": (link, mine, prove_acceptance(link, keeper)),
        "another name": (link, replace(mine, display_name="Herr Ebbers"), proof),
        "another agency": (elsewhere, mine, proof),
        "another secret": (replace(link, secret=flipped(link.secret)), mine, proof),
        "the token as a key": (replace(link, secret=link.token), mine, proof),
        "flipped": (link, mine, flipped(proof)),
        "short": (link, mine, proof[:31]),
        "empty": (link, mine, b""),
        "another's statement, proved": (link, mixed, prove_acceptance(link, mixed)),
    }
    return {
        "secret": link.secret,
        "root_fingerprint": link.root_fingerprint,
        "link": link.raw,
        "token": link.token,
        "links": [
            {"name": name, "link": raw, "refusal": refused(read_invitation_link, raw)}
            for name, raw in {"true": link.raw, "cut": link.raw[:-1], "longer": link.raw + b"\x00", "none": b""}.items()
        ],
        "acceptances": [
            {
                "name": name,
                "link": one.raw,
                "ed_pk": accepted.ed_pk,
                "kem_statement": accepted.kem_statement,
                "roster_pk": accepted.roster_pk,
                "display_name": accepted.display_name,
                "proof": shown,
                "refusal": refused(check_acceptance, one, accepted, shown),
            }
            for name, (one, accepted, shown) in cases.items()
        ],
    }
