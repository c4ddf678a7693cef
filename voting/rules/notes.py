"""Heads of the log as signed notes (C2SP signed-note and tlog-checkpoint), Ed25519.

A note is text, an empty line, and one line for each signature: ``— NAME base64(id ‖ signature)``.
What is signed is the text with its last newline. The id of a key is the beginning of
SHA-256(name ‖ newline ‖ 0x01 ‖ public key). Signing and checking themselves are the caller's.
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

KEY_ID_BYTES, SIGNATURE_BYTES = 4, 64

_ED25519 = b"\x01"

_HEAD = re.compile(
    r"(?P<origin>[^\s+]+)\n"
    r"(?P<size>0|[1-9]\d{0,18})\n"
    r"(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"ballots (?P<ballots>0|[1-9]\d{0,18})\n"
    r"time (?P<time>\d{4}-\d\d-\d\dT\d\d:\d\dZ)\n",
    re.ASCII,
)
_SIGNATURE = re.compile(r"— (?P<name>[^\s+]+) (?P<signature>[A-Za-z0-9+/]+=*)\n")


@dataclass(frozen=True, slots=True)
class Head:
    """What a log promises: these many leaves have this root, these many ballots among them."""

    origin: str
    size: int
    root: bytes
    ballots: int
    time: str

    @property
    def text(self) -> str:
        """What is signed.

        >>> Head("example.cn/log/linxi", 3, bytes(32), 0, "2026-06-01T12:00Z").text.split()[:2]
        ['example.cn/log/linxi', '3']
        """
        root = b64encode(self.root).decode()
        return (
            f"{self.origin}\n{self.size}\n{root}\n"
            f"ballots {self.ballots}\ntime {self.time}\n"
        )

    @classmethod
    def from_text(cls, text: str) -> Self | None:
        """None: this is not the text of a head, spelled the one way it is spelled."""
        found = _HEAD.fullmatch(text)
        if found is None:
            return None
        head = cls(
            found["origin"],
            int(found["size"]),
            b64decode(found["root"]),
            int(found["ballots"]),
            found["time"],
        )
        return head if head.text == text else None


def key_id(name: str, public_key: bytes) -> bytes:
    return sha256(f"{name}\n".encode() + _ED25519 + public_key).digest()[:KEY_ID_BYTES]


def verifier_key(name: str, public_key: bytes) -> str:
    """The key as programs for signed notes take it: name, id and key in one line."""
    coded = b64encode(_ED25519 + public_key).decode()
    return f"{name}+{key_id(name, public_key).hex()}+{coded}"


def signed_note(text: str, *, name: str, public_key: bytes, signature: bytes) -> str:
    line = b64encode(key_id(name, public_key) + signature).decode()
    return f"{text}\n— {name} {line}\n"


def signature_of(note: str, *, name: str, public_key: bytes) -> tuple[str, bytes]:
    """The signed text and the signature of this key.

    Lines of other signers are passed over, as the format asks.

    Errors
        :class:`ValueError`: no note, or none of this key.
    """
    text, empty_line, lines = note.rpartition("\n\n")
    for line in lines.splitlines(keepends=True) if empty_line else []:
        found = _SIGNATURE.fullmatch(line)
        if found is None:
            break
        signature = b64decode(found["signature"], validate=True)
        if found["name"] == name and signature[:KEY_ID_BYTES] == key_id(
            name, public_key
        ):
            return text + "\n", signature[KEY_ID_BYTES:]
    raise ValueError("the note has no signature of this key")
