"""A receipt's secret, and only it, leads from its picks to a signed head of the public log."""

import json
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import MINUTE, open_poll
from tests.factories.standing import make_batch, make_standing
from tests.voting.polls.test_archive import archive
from tests.voting.polls.test_mine import Phone
from voting.log.heads import sign_head
from voting.log.models import Log, SignedHead
from voting.polls.models import Ballot
from voting.polls.queries import poll_key
from voting.polls.receipts import receipt_number, receipt_secret, secret_of, secret_text
from voting.polls.rules import Form
from voting.rules.commitments import Pick, commitment, pick_salt
from voting.rules.merkle import leaf_hash, root_from_inclusion

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_is_kept_above(settings):
    settings.AGAINST_ARCHIVING = "tests.voting.polls.gates_for_tests.nothing_against"


def sign(poll) -> SignedHead:
    return sign_head(
        log=Log.objects.get(contest_id=poll.contest_id), now=timezone.now()
    )


def signed_poll(*ballots: tuple[str, ...], **fields):
    """A poll whose ballots are sealed under a signed head, and the receipts of its phones."""
    poll = open_poll(entries=5, picks_max=5, **fields)
    receipts = [Phone(poll).vote(*plates).url for plates in ballots]
    make_batch(poll)
    sign(poll)
    return poll, receipts


def proof(receipt: str, client: Client | None = None):
    return (client or Client()).get(receipt + "proof/")


def secret_in(receipt: str) -> str:
    return receipt.rstrip("/").split("/")[-1]


def leads_to_head(answer: dict, receipt: str) -> bool:
    """The sum as the browser does it: from the secret in the address to the root."""
    secret, head = secret_of(secret_in(receipt)), answer["head"]
    for each in answer["picks"]:
        pick = Pick(each["number"], each["value"])
        leaf = leaf_hash(commitment(pick_salt(secret, pick.number), pick))
        path = [b64decode(node) for node in each["path"]]
        root = root_from_inclusion(each["index"], head["size"], leaf, path)
        if root != b64decode(head["root"]):
            return False
    return True


def test_every_pick_leads_to_the_signed_head():
    _, receipts = signed_poll(("01", "03"), ("02",), ("01", "02", "05"))

    for receipt, numbers in zip(receipts, [[1, 3], [2], [1, 2, 5]], strict=True):
        answer = proof(receipt).json()
        assert [pick["number"] for pick in answer["picks"]] == numbers
        assert leads_to_head(answer, receipt)

    head = SignedHead.objects.get()
    assert answer["place"] == "signed"
    assert answer["head"]["note"] == head.note
    assert answer["sentence"] == (
        f"您的 3 个选择都在公开日志 {head.size} 片叶时的指纹里，一个不少，没有改过。"
    )


def test_grades_are_proven_with_their_values():
    poll = open_poll(entries=3, form=Form.GRADING.value, picks_max=3)
    phone = Phone(poll)
    phone.client.get(phone.at("ballot"))
    grades = {"grade-01": "1", "grade-02": "4", "grade-03": "3"}
    page = phone.client.post(phone.at("check"), grades, follow=True)
    sent = grades | {"request": page.context["nonce"]}
    receipt = phone.client.post(phone.at("cast"), sent).url
    make_batch(poll)
    sign(poll)

    answer = proof(receipt).json()

    assert [(each["number"], each["value"]) for each in answer["picks"]] == [
        (1, 1),
        (2, 4),
        (3, 3),
    ]
    assert leads_to_head(answer, receipt)


def test_later_heads_hold_the_same_leaves():
    poll, (receipt,) = signed_poll(("01", "02"))
    before = proof(receipt).json()
    make_standing("hold", Ballot.objects.all())
    Phone(poll).vote("03")
    make_batch(poll)
    later = sign_head(
        log=Log.objects.get(contest_id=poll.contest_id),
        now=timezone.now() + 2 * MINUTE,
    )

    after = proof(receipt).json()

    assert after["head"]["size"] == later.size > before["head"]["size"]
    assert [each["index"] for each in after["picks"]] == [
        each["index"] for each in before["picks"]
    ]
    assert leads_to_head(after, receipt)


def test_before_it_is_sealed_and_before_it_is_signed_the_answer_says_so():
    poll = open_poll()
    receipt = Phone(poll).vote("01").url

    waiting = proof(receipt).json()
    make_batch(poll)
    unsigned = proof(receipt).json()

    assert (waiting["place"], unsigned["place"]) == ("waiting", "unsigned")
    assert "最迟在投票截止后 10 分钟" in waiting["sentence"]
    assert "picks" not in waiting
    assert "picks" not in unsigned


def test_after_the_archive_the_secret_alone_finds_the_leaves():
    poll, receipts = signed_poll(("01", "03"), ("02",), ("01", "04"))
    before = [proof(receipt).json() for receipt in receipts]
    archive(poll)

    for receipt, was in zip(receipts, before, strict=True):
        number = receipt.rstrip("/").split("/")[-2]
        answer = proof(receipt.replace(number, "whatever")).json()
        assert answer["picks"] == was["picks"]
        assert leads_to_head(answer, receipt)


def test_a_void_ballot_stays_in_the_log():
    _, (receipt,) = signed_poll(("01",))
    make_standing("void", Ballot.objects.all())

    assert proof(receipt).json()["place"] == "signed"


def other_secrets(poll, receipt: str) -> dict[str, str]:
    """Addresses that look as if they opened this receipt."""
    secret = secret_in(receipt)
    of_another_ballot = Phone(poll).vote("02").url
    of_another_poll = Phone(open_poll()).vote("01").url
    number = receipt.rstrip("/").split("/")[-2]
    return {
        "wrong": receipt.replace(secret, "A" * 43),
        "cut off": receipt.replace(secret, secret[:-1]),
        "changed": receipt.replace(
            secret, ("B" if secret[0] == "A" else "A") + secret[1:]
        ),
        "of another ballot": receipt.replace(secret, secret_in(of_another_ballot)),
        "with another number": of_another_ballot.replace(
            secret_in(of_another_ballot), secret
        ),
        "of another poll": receipt.replace(secret, secret_in(of_another_poll)),
        "number of another poll": of_another_poll.replace(
            secret_in(of_another_poll), secret
        ),
        "of another contest": receipt.replace(
            receipt.split("/")[2], of_another_poll.split("/")[2]
        ),
        "no number": receipt.replace(number, "x"),
    }


def test_no_other_secret_opens_a_proof():
    poll, (receipt,) = signed_poll(("01", "03"))

    answers = {
        name: proof(address) for name, address in other_secrets(poll, receipt).items()
    }

    assert {
        name: answer.status_code for name, answer in answers.items()
    } == dict.fromkeys(answers, 404)
    assert len({answer.content for answer in answers.values()}) == 1


def test_no_other_secret_opens_a_proof_after_the_archive():
    poll, (receipt,) = signed_poll(("01", "03"))
    others = other_secrets(poll, receipt)
    archive(poll)
    # A number is not asked for any more; the secrets are those of other ballots.
    for name in ("with another number", "no number", "of another ballot"):
        del others[name]

    for name, address in others.items():
        assert proof(address).status_code == 404, name


def test_the_answer_is_kept_nowhere_and_tells_no_other_page_its_address():
    _, (receipt,) = signed_poll(("01",))

    for address in (receipt, receipt + "proof/"):
        answer = Client().get(address)
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_an_answer_holds_nothing_of_other_ballots_and_no_finer_time_than_the_batch():
    _, (receipt, other) = signed_poll(("01", "03"), ("02", "04"))
    answer = proof(receipt).json()

    assert set(answer) == {
        "place",
        "sentence",
        "origin",
        "public_key",
        "head",
        "batch",
        "picks",
    }
    assert {frozenset(pick) for pick in answer["picks"]} == {
        frozenset({"number", "value", "salt", "index", "path"})
    }
    text = json.dumps(answer)
    secret = secret_of(secret_in(other))
    for number in (2, 4):
        salt = pick_salt(secret, number)
        assert secret_text(salt) not in text
    ballot = Ballot.objects.order_by("id").first()
    assert str(ballot.request_key) not in text
    assert f"{ballot.cast_at:%M:%S}" not in text


def test_a_leaf_that_is_missing_is_said_aloud():
    """A ballot below the end of its batch that the batch does not hold."""
    poll = open_poll()
    receipt = Phone(poll).vote("01").url
    first = Ballot.objects.get()
    Phone(poll).vote("02")
    make_batch(poll, without=[first.id])
    sign(poll)

    answer = proof(receipt).json()

    assert answer["place"] == "missing"
    assert answer["sentence"].startswith("对不上")
    assert "对不上" in Client().get(receipt).content.decode()


@pytest.mark.parametrize("is_archived", [False, True], ids=["open", "archived"])
def test_the_page_says_it_without_javascript(is_archived):
    poll, (receipt,) = signed_poll(("01", "03"))
    if is_archived:
        archive(poll)

    page = Client().get(receipt).content.decode()

    assert "您的 2 个选择都在公开日志" in page
    assert "verify.py receipt" in page
    assert 'data-proof="proof/"' in page


def test_proofs_cost_few_questions_of_the_database(django_assert_max_num_queries):
    _, receipts = signed_poll(*[("01", "02", "03", "04", "05")] * 8)

    with django_assert_max_num_queries(16):
        proof(receipts[0])


def test_the_verifier_accepts_what_is_answered(tmp_path):
    _, (receipt,) = signed_poll(("01", "03"))
    answer, file = proof(receipt), tmp_path / "proof.json"
    verifier = Path(__file__).resolve().parents[3] / "voting" / "verify.py"

    verdicts = []
    for content in (
        answer.content,
        answer.content.replace(b'"value": 1', b'"value": 2'),
    ):
        file.write_bytes(content)
        run = subprocess.run(
            [sys.executable, verifier, "receipt", file],
            capture_output=True,
            check=False,
        )
        verdicts.append(run.returncode)

    assert verdicts[0] == 0
    assert verdicts[1] != 0


def test_a_receipt_number_is_no_secret():
    poll, (receipt,) = signed_poll(("01",))
    key, ballot = poll_key(poll), Ballot.objects.get()
    number = receipt_number(key, ballot.id)

    assert receipt_secret(key, ballot.id) != secret_of(number.replace("-", ""))
    assert proof(receipt.replace(secret_in(receipt), number)).status_code == 404
