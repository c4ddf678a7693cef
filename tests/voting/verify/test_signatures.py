"""Ed25519 written out: the vectors of RFC 8032, and what another library says."""

import random
from functools import cache

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from voting.verify import NEUTRAL, L, P, PublicKey, point_bytes, point_of, point_sum

# RFC 8032, section 7.1: public key, message, signature.
VECTORS = {
    "test 1": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
        "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    "test 2": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
        "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    "test 3": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
        "ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    "test SHA(abc)": (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ec"
        "fdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
}


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS.values(), ids=VECTORS)
def test_the_vectors_of_the_standard_verify(key, message, signature):
    message, signature = bytes.fromhex(message), bytes.fromhex(signature)
    public = PublicKey(bytes.fromhex(key))

    assert public.verifies(message, signature)
    assert not public.verifies(message + b"\x00", signature)


def said_by_another_library(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@cache
def public_key(key: bytes) -> PublicKey:
    return PublicKey(key)


def said_here(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        return public_key(key).verifies(message, signature)
    except ValueError:
        return False


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize("seed", range(8))
def test_another_library_agrees_on_signatures_and_on_every_kind_of_flipped_bit(seed):
    chance = random.Random(seed)
    private = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
    key = private.public_key().public_bytes_raw()
    message = chance.randbytes(chance.randrange(200))
    signature = private.sign(message)
    tried = [(key, message, signature)]
    tried += [
        (key, message, flipped(signature, chance.randrange(512))) for _ in range(12)
    ]
    tried += [(key, message + b"x", signature), (key, message, signature[:-1])]
    tried += [(flipped(key, chance.randrange(256)), message, signature)]

    assert [said_here(*each) for each in tried] == [True] + [False] * 15
    assert [said_by_another_library(*each) for each in tried] == [True] + [False] * 15


def test_the_number_of_a_signature_has_one_spelling():
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = PublicKey(private.public_key().public_bytes_raw())
    signature = private.sign(b"head")
    s = int.from_bytes(signature[32:], "little") + L
    other = signature[:32] + s.to_bytes(32, "little")

    assert public.verifies(b"head", signature)
    assert not public.verifies(b"head", other)


def encoded(y: int, sign: int = 0) -> bytes:
    return (y | sign << 255).to_bytes(32, "little")


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(encoded(P + 3), id="y above the prime"),
        pytest.param(encoded(P - 1, 1), id="x is zero and has a sign"),
        pytest.param(encoded(2), id="no point has this y"),
        pytest.param(encoded(1), id="the neutral point"),
        pytest.param(encoded(P - 1), id="order two"),
        pytest.param(encoded(0), id="order four"),
        pytest.param(
            bytes.fromhex(
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"
            ),
            id="order eight",
        ),
        pytest.param(b"", id="nothing"),
        pytest.param(bytes(31), id="too short"),
        pytest.param(bytes(33), id="too long"),
    ],
)
def test_what_is_no_public_key_is_refused(key):
    with pytest.raises(ValueError, match="not a public key"):
        PublicKey(key)


def test_points_come_back_as_they_were_written():
    for seed in range(20):
        private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        data = private.public_key().public_bytes_raw()
        point = point_of(data)
        assert point_bytes(point) == data
        assert point_bytes(point_sum(point, NEUTRAL)) == data
