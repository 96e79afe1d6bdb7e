"""The search for leaks must be able to fail: a planted leak in each encoding is found."""

import base64
import gzip
import json
import zlib

import pytest

from tests.leaks import encodings, find_leaks
from tests.wiretap import unmasked_frames

WORD = "Wintergrünvogel".encode()
SECRETS = {"word": WORD}

PLANTED = {
    "raw": WORD,
    "utf-16-le": WORD.decode().encode("utf-16-le"),
    "utf-16-be": WORD.decode().encode("utf-16-be"),
    "json": json.dumps({"text": WORD.decode()}).encode(),
    "hex": WORD.hex().encode(),
    "HEX": WORD.hex().upper().encode(),
    "zlib": zlib.compress(b"some text before, " + WORD + b", and after"),
    "gzip": gzip.compress(b"some text before, " + WORD),
    "zlib of base64": zlib.compress(base64.b64encode(b"x" + WORD + b"y")),
    **{f"base64 at offset {n}": base64.b64encode(b"abc"[:n] + WORD + b"behind") for n in range(3)},
    **{f"base64url at offset {n}": base64.urlsafe_b64encode(b"abc"[:n] + WORD + b"behind") for n in range(3)},
}


@pytest.mark.parametrize("encoding", PLANTED)
def test_a_planted_leak_is_found_in_each_encoding(encoding: str) -> None:
    """Whatever wrote the secret down, the search turns red."""
    assert find_leaks(SECRETS, [("log", b"line before\n" + PLANTED[encoding] + b"\nline after")])


def test_random_bytes_are_no_leak() -> None:
    """The search is quiet where there is nothing."""
    assert find_leaks({"key": bytes(range(132, 100, -1))}, [("database", bytes(range(256)) * 10)]) == []


def test_a_secret_too_short_to_search_for_is_refused() -> None:
    """Seven bytes turn up by chance; the caller must name a longer one."""
    with pytest.raises(ValueError, match="too short"):
        find_leaks({"pin": b"1234567"}, [])


def test_every_base64_form_holds_at_least_two_thirds_of_the_secret() -> None:
    """A form so short that chance finds it would make the search useless."""
    assert all(len(form) >= len(WORD) * 2 // 3 for _, form in encodings(WORD))


def test_masked_frames_are_read_without_their_mask() -> None:
    """What a browser sends is masked, so that the raw bytes on the line never show a leak (RFC 6455, section 5.3)."""
    key = b"\x11\x22\x33\x44"
    payload = bytes(byte ^ key[index % 4] for index, byte in enumerate(WORD))
    upgrade = b"GET /socket.io/ HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"
    assert list(unmasked_frames(upgrade + bytes([0x81, 0x80 | len(WORD)]) + key + payload)) == [WORD]
