import hashlib
import hmac

import pytest

from site_cms.privacy.hashing import keyed_hash

KEY = b"k" * 32


def test_hash_is_hmac_sha256_over_lengths_and_parts():
    message = b"\0\0\0\0\0\0\0\x05phone" + b"\0\0\0\0\0\0\0\x03138"

    assert (
        keyed_hash(KEY, "phone", "138")
        == hmac.new(KEY, message, hashlib.sha256).digest()
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param((KEY, "phone", "138"), (b"j" * 32, "phone", "138"), id="key"),
        pytest.param((KEY, "phone", "138"), (KEY, "openid", "138"), id="purpose"),
        pytest.param(
            (KEY, "p", "ab", "c"), (KEY, "p", "a", "bc"), id="where parts end"
        ),
        pytest.param((KEY, "p", "ab"), (KEY, "p", "ab", ""), id="an empty part more"),
    ],
)
def test_hashes_differ_by(one, other):
    assert keyed_hash(*one) != keyed_hash(*other)


def test_bytes_and_their_text_are_the_same_part():
    assert keyed_hash(KEY, "name", "县") == keyed_hash(KEY, "name", "县".encode())
