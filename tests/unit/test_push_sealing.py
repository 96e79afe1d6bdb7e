"""Pushes are sealed as RFC 8291 says and signed as RFC 8292 says, and never leave for a private address."""

import json
from datetime import UTC, datetime, timedelta
from socket import AF_INET, AddressFamily

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from chatserver.deliveries.sealing import authorization, is_point, point_of, push_key_of, seal, text_of
from chatserver.outward import NotPublic, PublicOnly, is_outward_address, is_public
from tests.push_service import PushBrowser, bytes_of, unsealed

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def _private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(bytes_of(text)), ec.SECP256R1())


def test_the_example_of_the_standard_comes_out_byte_by_byte() -> None:
    """RFC 8291, section 5 and appendix A."""
    own = _private("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
    browser = _private("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")
    auth, salt = bytes_of("BTBZMqHH6r4Tts7J_aSIgg"), bytes_of("DGv6ra1nlYgDCS1FRnbzlw")
    sealed = seal(b"When I grow up, I want to be a watermelon", point_of(browser), auth, salt=salt, own=own)
    assert text_of(sealed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg"
        "Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVB"
        "St2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert unsealed(sealed, browser, auth) == b"When I grow up, I want to be a watermelon"


def test_two_pushes_of_the_same_have_nothing_in_common() -> None:
    """A new key and a new salt each time."""
    browser = PushBrowser()
    first, second = (seal(b"de", browser.p256dh, browser.auth) for _ in range(2))
    assert first != second
    assert len(first) == len(second)
    assert first[21:86] != second[21:86]


def test_the_token_is_signed_for_one_push_service_and_half_a_day() -> None:
    """With the server's one key, which follows from its secret (RFC 8292, section 2)."""
    key = push_key_of(b"s" * 32)
    assert point_of(key) == point_of(push_key_of(b"s" * 32))
    header = authorization(key, "https://push.example", "https://beratung.example", NOON)
    token, named = (part.partition("=")[2] for part in header.removeprefix("vapid ").split(", "))
    assert bytes_of(named) == point_of(key)
    head, claims, signature = token.split(".")
    assert json.loads(bytes_of(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(bytes_of(claims)) == {
        "aud": "https://push.example",
        "exp": int((NOON + timedelta(hours=12)).timestamp()),
        "sub": "https://beratung.example",
    }
    raw = bytes_of(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key.public_key().verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))


def test_only_points_of_the_curve_are_keys() -> None:
    """A browser that lies would break the sealing later."""
    assert is_point(PushBrowser().p256dh)
    assert not is_point(b"\x04" + bytes(64))
    assert not is_point(b"")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1"),
        # The same machines in other clothes.
        *("::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "localhost", ""),
    ],
)
def test_private_addresses_are_not_public(address: str) -> None:
    """This machine, its network, its hoster's metadata, everybody at once."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808"])
def test_public_addresses_are(address: str) -> None:
    """Where push services are."""
    assert is_public(address)


class _Names(AbstractResolver):
    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses

    async def resolve(self, host: str, port: int = 0, family: AddressFamily = AF_INET) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=0)
            for one in self._addresses
        ]

    async def close(self) -> None:
        pass


async def test_a_name_with_one_private_address_leads_nowhere() -> None:
    """The library would try them in turn."""
    assert len(await PublicOnly(_Names("8.8.8.8", "8.8.4.4")).resolve("push.example", 443)) == 2
    with pytest.raises(NotPublic):
        await PublicOnly(_Names("8.8.8.8", "10.0.0.1")).resolve("push.example", 443)


@pytest.mark.parametrize(
    "address",
    [
        *("http://push.example/x", "https://127.0.0.1/x", "https://[::1]/x", "https://localhost/x", "https://127.1/x"),
        *("https://push.example:8443/x", "https://me:secret@push.example/x", "ftp://push.example", "", "push.example"),
        *(
            "https://push.example/\r\nHost: x",
            "https://2130706433/x",
            "https://0x7f.1/x",
            f"https://push.example/{'x' * 1024}",
        ),
        *("https://push.example/x#y", "https://push.example:x/", "https://püsh.example/"),
    ],
)
def test_what_no_push_service_would_name_is_no_address(address: str) -> None:
    """Https, a name, the usual port."""
    assert not is_outward_address(address)


def test_the_addresses_of_push_services_are() -> None:
    """As browsers name them."""
    assert is_outward_address("https://fcm.googleapis.com/fcm/send/abc:APA91b-_")
    assert is_outward_address("https://updates.push.services.mozilla.com/wpush/v2/gAAA")
    assert is_outward_address("https://web.push.apple.com/QGuQyavXutnMH")
