"""One receipt, checked without the site."""

import json
from base64 import b64encode, urlsafe_b64encode

import pytest

from tests.voting.verify.bundles import honest, honest_heads, key_of, secret_of
from voting.rules.commitments import Pick, commitment, pick_salt
from voting.rules.merkle import inclusion_path, leaf_hash, nodes_of
from voting.verify import Refused, check_receipt

LOG = honest()


def text_of(data: bytes) -> str:
    return b64encode(data).decode()


def proof_of(number: int) -> dict:
    """What the site gives to whoever has the secret of this ballot."""
    leaves = LOG.leaves
    picks = []
    for entry, value in LOG.ballots[number].items():
        salt = pick_salt(secret_of(number), entry)
        index = leaves.index(leaf_hash(commitment(salt, Pick(entry, value))))
        path = inclusion_path(index, len(leaves), nodes_of(leaves))
        picks.append(
            {
                "number": entry,
                "value": value,
                "salt": urlsafe_b64encode(salt).rstrip(b"=").decode(),
                "index": index,
                "path": [text_of(each) for each in path],
            }
        )
    return {
        "place": "signed",
        "origin": LOG.origin,
        "public_key": text_of(LOG.public_key),
        "head": {"note": LOG.notes[-1]},
        "picks": picks,
    }


def check(proof, tmp_path, **options):
    path = tmp_path / "proof.json"
    path.write_text(
        proof if isinstance(proof, str) else json.dumps(proof, ensure_ascii=False),
        encoding="utf-8",
    )
    return check_receipt(path, **options)


def refusal(proof, tmp_path, **options) -> str:
    with pytest.raises(Refused) as refused:
        check(proof, tmp_path, **options)
    return refused.value.check


def test_the_picks_of_a_receipt_are_in_the_signed_log(tmp_path):
    assert check(proof_of(2), tmp_path)["picks"] == [
        {"number": "07", "value": 1},
        {"number": "09", "value": 1},
        {"number": "12", "value": 1},
    ]


def pick_with(**changes):
    proof = proof_of(2)
    proof["picks"][1] |= changes
    return proof


@pytest.mark.parametrize(
    ("proof", "why"),
    [
        pytest.param(pick_with(number=12), "path", id="another entry"),
        pytest.param(pick_with(value=2), "path", id="another value"),
        pytest.param(pick_with(index=3), "path", id="another place"),
        pytest.param(pick_with(index=10**9), "path", id="no place of this log"),
        pytest.param(pick_with(path=[]), "path", id="no path"),
        pytest.param(
            pick_with(salt=proof_of(3)["picks"][0]["salt"]), "path", id="another salt"
        ),
        pytest.param(pick_with(salt="="), "proof-pick", id="no salt"),
        pytest.param(pick_with(path=["x"]), "proof-pick", id="no hashes"),
        pytest.param(pick_with(path=7), "proof-pick", id="path is a number"),
        pytest.param(pick_with(number=0), "proof-pick", id="no entry"),
        pytest.param(pick_with(number=True), "proof-pick", id="entry is no number"),
        pytest.param(pick_with(value=256), "proof-pick", id="value is too large"),
        pytest.param(pick_with(index=-1), "proof-pick", id="place below zero"),
        pytest.param(proof_of(2) | {"picks": []}, "proof-form", id="no picks"),
        pytest.param(proof_of(2) | {"picks": {"a": 1}}, "proof-form", id="not a list"),
        pytest.param(proof_of(2) | {"picks": [7]}, "proof-pick", id="not a pick"),
        pytest.param(
            proof_of(2) | {"picks": proof_of(2)["picks"][:1] * 2},
            "proof-twice",
            id="one pick twice",
        ),
        pytest.param(proof_of(2) | {"public_key": "x"}, "key", id="no key"),
        pytest.param(
            proof_of(2) | {"head": {"note": LOG.notes[2]}}, "path", id="an older head"
        ),
        pytest.param(proof_of(2) | {"head": {"note": ""}}, "note", id="no head"),
        pytest.param(proof_of(2) | {"head": None}, "proof-form", id="head is nothing"),
        pytest.param(
            proof_of(2) | {"origin": "x.example/log/y"}, "origin", id="origin"
        ),
        pytest.param(
            proof_of(2)
            | {"public_key": text_of(key_of("other").public_key().public_bytes_raw())},
            "key-id",
            id="another key",
        ),
        pytest.param({"place": "waiting"}, "not-signed", id="not sealed yet"),
        pytest.param({"place": "missing"}, "proof-form", id="nothing found"),
        pytest.param("[]", "proof-form", id="a list"),
        pytest.param("<html>", "proof-form", id="a page"),
        pytest.param("[" * 200_000, "proof-form", id="endless brackets"),
    ],
)
def test_what_does_not_prove_it_is_refused(proof, why, tmp_path):
    assert refusal(proof, tmp_path) == why


def test_a_receipt_that_was_shown_another_log_than_the_witness(tmp_path):
    kept = tmp_path / "kept.txt"
    kept.write_text(LOG.notes[-1], encoding="utf-8")
    other = honest_heads(size=len(LOG.leaves))
    split = tmp_path / "split.txt"
    split.write_text(other, encoding="utf-8")

    assert check(proof_of(2), tmp_path, remembered=kept)["verdict"] == "equal"
    assert refusal(proof_of(2), tmp_path, remembered=split) == "receipt-split"


def test_the_key_that_the_voter_noted_must_be_the_logs(tmp_path):
    other = key_of("other").public_key().public_bytes_raw()

    assert refusal(proof_of(2), tmp_path, key=other) == "other-key"
    assert check(proof_of(2), tmp_path, key=LOG.public_key)["verdict"] == "equal"
