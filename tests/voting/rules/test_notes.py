"""The note format, against the published example of a signed note."""

from base64 import b64decode

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from voting.rules.notes import Head, signature_of, signed_note, verifier_key

HEAD = Head("example.cn/log/linxi", 1_024, bytes(range(32)), 96, "2026-06-01T12:00Z")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = KEY.public_key().public_bytes_raw()


def note_of(text: str, key: Ed25519PrivateKey = KEY, name: str = HEAD.origin) -> str:
    return signed_note(
        text,
        name=name,
        public_key=key.public_key().public_bytes_raw(),
        signature=key.sign(text.encode()),
    )


def test_a_head_is_five_lines():
    assert HEAD.text == (
        "example.cn/log/linxi\n"
        "1024\n"
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
        "ballots 96\n"
        "time 2026-06-01T12:00Z\n"
    )
    assert Head.from_text(HEAD.text) == HEAD


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("1024", "01024", id="a zero before the size"),
        pytest.param("1024", "-1", id="a negative size"),
        pytest.param("1024", "一千", id="words"),
        pytest.param("ballots 96", "ballots 96 ", id="a space behind"),
        pytest.param("T12:00Z", "T12:00:01Z", id="seconds"),
        pytest.param("Hh8=", "Hh9=", id="another spelling of the same root"),
        pytest.param("Hh8=", "Hh8", id="no padding"),
        pytest.param("ballots 96\n", "", id="a line missing"),
        pytest.param("Z\n", "Z\nmore\n", id="a line too many"),
        pytest.param("Z\n", "Z", id="no last newline"),
    ],
)
def test_a_head_has_one_spelling(before, after):
    assert before in HEAD.text

    assert Head.from_text(HEAD.text.replace(before, after, 1)) is None


def test_the_published_example_of_a_signed_note_is_read():
    # From golang.org/x/mod/sumdb/note: the verifier key and the note of its first example.
    name, public_key = (
        "PeterNeumann",
        b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")[1:],
    )
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    note = (
        f"{text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFY"
        "C2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )

    signed, signature = signature_of(note, name=name, public_key=public_key)

    assert verifier_key(name, public_key) == (
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    )
    assert signed == text
    Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text.encode())
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, b"other")


def test_a_note_gives_back_its_text_and_signature():
    text, signature = signature_of(
        note_of(HEAD.text), name=HEAD.origin, public_key=PUBLIC
    )

    assert text == HEAD.text
    KEY.public_key().verify(signature, text.encode())


def test_signatures_of_witnesses_are_passed_over():
    witness = Ed25519PrivateKey.from_private_bytes(bytes([1] * 32))
    cosigned = note_of(HEAD.text, witness, "witness.example").removesuffix("\n")
    own = note_of(HEAD.text).rpartition("\n\n")[2]

    text, _ = signature_of(f"{cosigned}\n{own}", name=HEAD.origin, public_key=PUBLIC)

    assert text == HEAD.text


@pytest.mark.parametrize(
    "note",
    [
        pytest.param("", id="nothing"),
        pytest.param(HEAD.text, id="no signature"),
        pytest.param(HEAD.text + "\n", id="no signature line"),
        pytest.param(HEAD.text + "\n— example.cn/log/linxi !!\n", id="rubbish"),
        pytest.param(HEAD.text + "\n— example.cn/log/linxi AAAA=\n", id="bad base64"),
        pytest.param(note_of(HEAD.text, name="other"), id="another name"),
        pytest.param(
            note_of(HEAD.text, Ed25519PrivateKey.from_private_bytes(bytes([1] * 32))),
            id="another key",
        ),
    ],
)
def test_a_note_without_our_signature_is_none(note):
    with pytest.raises(ValueError, match=r"."):
        signature_of(note, name=HEAD.origin, public_key=PUBLIC)
