"""The public pages of a log, and its addresses for programs."""

import json
from base64 import b64decode, b64encode
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from PIL import Image

from tests.factories import DAY, NOW, make_contest, make_head, make_log_entry
from voting.log.heads import head_of
from voting.log.models import TILE, Kind, Log, SignedHead
from voting.log.queries import ENTRIES_AT_ONCE
from voting.log.views import LINES_A_PAGE
from voting.rules.merkle import is_consistent, leaf_hash, root_from_inclusion

pytestmark = pytest.mark.django_db


def address(name: str, *parts, slug: str = "linxi") -> str:
    return reverse(f"voting:{name}", args=[slug, *parts])


@pytest.fixture
def contest():
    """A log of two heads: rules, then a batch, with a name that is easy to find."""
    contest = make_contest(slug="linxi", name="林西县第一届")
    make_log_entry(contest=contest, kind=Kind.RULE_SHEET, title="计分规则")
    make_head(contest)
    batch = {"batch": 1, "ballots": 120, "picks": TILE}
    make_log_entry(contest=contest, kind=Kind.BALLOTS, leaves=1 + TILE, **batch)
    make_head(contest, now=NOW + DAY)
    return contest


def root_of(head: SignedHead) -> bytes:
    return bytes(head.root)


def latest() -> SignedHead:
    return SignedHead.objects.order_by("size").last()


def test_the_page_shows_the_latest_head_in_groups_and_what_was_done(client, contest):
    page = client.get(address("log")).content.decode()
    root = root_of(latest()).hex()

    for group in (root[at : at + 4] for at in range(0, 64, 4)):
        assert f"<span>{group}</span>" in page
    assert "120 张" in page
    assert f'<dd class="num">{TILE + 2}</dd>' in page
    assert "2026 年 6 月 2 日 20:00" in page
    assert "计分规则“计分规则”冻结" in page
    assert "第 1 批选票封存" not in page


def test_batches_stand_on_a_list_of_their_own(client, contest):
    page = client.get(address("log"), {"show": "ballots"}).content.decode()

    assert f"第 1 批选票封存：120 张选票，{TILE} 个选择。" in page
    assert f"第 1 到 {TILE + 1} 片叶" in page


def test_a_long_log_has_pages(client):
    contest = make_contest(slug="linxi")
    for number in range(LINES_A_PAGE + 1):
        make_log_entry(contest=contest, notice=f"第{number}件")

    first = client.get(address("log")).content.decode()
    second = client.get(address("log"), {"page": "2"}).content.decode()

    assert "第1件" in first
    assert "第0件" not in first
    assert "第0件" in second


@pytest.mark.parametrize("entries", [1, 3])
def test_a_page_asks_the_same_however_much_was_done(
    client, entries, django_assert_max_num_queries
):
    contest = make_contest(slug="linxi")
    for _ in range(entries):
        make_log_entry(contest=contest)
    make_head(contest)
    client.get(address("log"))

    with django_assert_max_num_queries(12):
        client.get(address("log"))


def test_a_contest_without_a_log_says_so(client):
    make_contest(slug="linxi")

    assert "还没有日志头" in client.get(address("log")).content.decode()
    assert "还没有日志头" in client.get(address("log_heads")).content.decode()


def test_all_heads_are_listed_the_latest_first(client, contest):
    page = client.get(address("log_heads")).content.decode()

    assert page.index(f"{TILE + 2} 片叶") < page.index("<b>1 片叶")


def test_a_head_has_a_page_with_its_note_and_picture(client, contest):
    head = latest()

    page = client.get(address("log_head", head.size)).content.decode()

    assert root_of(head).hex()[:4] in page
    assert head.note.splitlines()[0] in page
    assert address("log_head_picture", head.size) in page


@pytest.mark.parametrize(
    ("root", "sentence"),
    [
        pytest.param(None, "和图上的一样", id="the same"),
        pytest.param("ab" * 32, "和图上的不一样", id="another"),
        pytest.param("<b>", "和图上的不一样", id="rubbish"),
    ],
)
def test_whoever_comes_from_a_picture_is_told_whether_it_agrees(
    client, contest, root, sentence
):
    head = latest()
    asked = {"root": root or root_of(head).hex()}

    answer = client.get(address("log_head", head.size), asked)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()


def test_a_picture_of_a_head_that_was_never_signed_raises_the_alarm(client, contest):
    answer = client.get(address("log_head", 77), {"root": "ab" * 32})

    assert answer.status_code == 404
    assert "这里没有这个日志头" in answer.content.decode()


def test_the_picture_is_a_png_whose_code_leads_to_its_head(
    client, contest, monkeypatch
):
    codes = []
    monkeypatch.setattr(
        "voting.log.picture._code",
        lambda pen, text, left, top: codes.append(text),
    )
    head = latest()

    answer = client.get(address("log_head_picture", head.size))

    picture = Image.open(BytesIO(answer.content))
    assert (picture.format, picture.size) == ("PNG", (1080, 1440))
    assert len(answer.content) < 150_000
    led = urlsplit(codes[0])
    assert led.path == address("log_head", head.size)
    assert parse_qs(led.query) == {"root": [root_of(head).hex()]}
    again = client.get(
        address("log_head_picture", head.size),
        headers={"if-none-match": answer["ETag"]},
    )
    assert (again.status_code, again.content) == (304, b"")


def test_a_practice_contest_has_its_band_on_page_and_picture(client):
    contest = make_contest(slug="linxi", practice=True, practice_note="这是演练")
    make_log_entry(contest=contest)
    head = make_head(contest)

    for name, parts in [("log", ()), ("log_heads", ()), ("log_head", (head.size,))]:
        assert "这是演练" in client.get(address(name, *parts)).content.decode()
    answer = client.get(address("log_head_picture", head.size))
    top = Image.open(BytesIO(answer.content)).convert("RGB").getpixel((5, 5))
    assert top[0] > 240
    assert top[2] < 40


EVERY = [
    ("log", ()),
    ("log_heads", ()),
    ("log_head", (1,)),
    ("log_head_picture", (1,)),
    ("log_key", ()),
    ("log_head_json", ()),
    ("log_heads_json", ()),
    ("log_checkpoint", ()),
    ("log_entries", ()),
]


@pytest.mark.parametrize(("name", "parts"), EVERY)
def test_the_log_of_a_hidden_contest_is_hidden(client, contest, name, parts):
    assert client.get(address(name, *parts)).status_code == 200
    type(contest).objects.update(hidden=True)

    assert client.get(address(name, *parts)).status_code == 404


def test_the_checkpoint_is_the_note_that_was_signed(client, contest):
    answer = client.get(address("log_checkpoint"))

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode() == latest().note
    assert head_of(answer.content.decode(), Log.objects.get()).size == TILE + 2


def test_the_key_of_a_log_as_programs_take_it(client, contest):
    log = Log.objects.get()

    answer = client.get(address("log_key")).json()

    assert answer["origin"] == log.origin
    assert b64decode(answer["public_key"]) == bytes(log.public_key)
    name, _, key = answer["verifier_key"].split("+", 2)
    assert (name, b64decode(key)[1:]) == (log.origin, bytes(log.public_key))


def test_the_latest_head_as_json(client, contest):
    head, log = latest(), Log.objects.get()

    assert client.get(address("log_head_json")).json() == {
        "origin": "127.0.0.1:8000/log/linxi",
        "public_key": b64encode(bytes(log.public_key)).decode(),
        "size": TILE + 2,
        "root": b64encode(root_of(head)).decode(),
        "ballots": 120,
        "time": "2026-06-02T12:00Z",
        "note": head.note,
    }


def test_all_heads_as_json_in_steps(client, contest, monkeypatch):
    monkeypatch.setattr("voting.log.queries.HEADS_AT_ONCE", 1)
    monkeypatch.setattr("voting.log.machine_views.HEADS_AT_ONCE", 1)

    found, after = [], 0
    while after is not None:
        answer = client.get(address("log_heads_json"), {"after": after}).json()
        found += [head["size"] for head in answer["heads"]]
        after = answer["next"]

    assert found == [1, TILE + 2]


def test_entries_come_one_a_line_with_the_text_that_was_hashed(client, contest):
    answer = client.get(address("log_entries"))
    first, second = map(json.loads, answer.content.decode().splitlines())

    assert answer["Content-Type"] == "application/jsonl; charset=utf-8"
    assert first == {
        "number": 1,
        "first": 0,
        "leaves": 1,
        "text": '{"at":"2026-06-01T12:00Z","kind":"rule_sheet","title":"计分规则"}',
    }
    assert (second["number"], second["first"], second["leaves"]) == (2, 1, TILE + 1)
    rest = client.get(address("log_entries"), {"after": 1}).content.decode()
    assert [json.loads(line) for line in rest.splitlines()] == [second]
    assert client.get(address("log_entries"), {"after": 2}).content == b""
    assert ENTRIES_AT_ONCE == 1_000


def test_leaf_hashes_of_an_entry_come_in_their_order(client, contest):
    text = client.get(address("log_leaves"), {"entry": 2}).content.decode()
    entry = Log.objects.get().entries.get(number=2)

    assert b"".join(map(b64decode, text.split())) == bytes(entry.hashes)
    assert len(text.splitlines()) == TILE + 1


def test_a_leaf_is_proven_under_a_head(client, contest):
    head, entry = latest(), Log.objects.get().entries.get(number=2)
    leaf = bytes(entry.hashes)[32 * 7 : 32 * 8]
    asked = {"leaf": b64encode(leaf).decode(), "size": head.size}

    for more in ({}, {"entry": 2}):
        answer = client.get(address("log_inclusion"), asked | more).json()
        path = [b64decode(each) for each in answer["path"]]
        assert answer["index"] == 8
        assert root_from_inclusion(8, head.size, leaf, path) == root_of(head)


def test_a_statement_is_proven_as_any_leaf(client, contest):
    entry = Log.objects.get().entries.get(number=1)
    leaf = leaf_hash(entry.text.encode())
    asked = {"leaf": b64encode(leaf).decode(), "size": TILE + 2}

    assert client.get(address("log_inclusion"), asked).json()["index"] == 0


def test_two_heads_are_shown_to_be_consistent(client, contest):
    older, newer = SignedHead.objects.order_by("size")
    asked = {"first": older.size, "second": newer.size}

    answer = client.get(address("log_consistency"), asked).json()

    path = [b64decode(each) for each in answer["path"]]
    assert is_consistent(older.size, newer.size, root_of(older), root_of(newer), path)


LEAF = b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    ("name", "asked", "status"),
    [
        pytest.param("log_consistency", {}, 400, id="no sizes"),
        pytest.param("log_consistency", {"first": "x", "second": 1}, 400, id="words"),
        pytest.param("log_consistency", {"first": 1, "second": 9}, 404, id="unsigned"),
        pytest.param("log_consistency", {"first": 258, "second": 1}, 404, id="reversed"),
        pytest.param("log_inclusion", {"size": 1}, 400, id="no leaf"),
        pytest.param("log_inclusion", {"leaf": "AAAA", "size": 1}, 400, id="no hash"),
        pytest.param("log_inclusion", {"leaf": LEAF}, 400, id="no size"),
        pytest.param("log_inclusion", {"leaf": LEAF, "size": 258}, 404, id="no such leaf"),
        pytest.param("log_leaves", {}, 400, id="no entry"),
        pytest.param("log_leaves", {"entry": 99}, 404, id="no such entry"),
        pytest.param("log_entries", {"after": "-1"}, 400, id="negative"),
        pytest.param("log_heads_json", {"after": "9" * 40}, 400, id="huge"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_in_a_sentence(
    client, contest, name, asked, status
):
    answer = client.get(address(name), asked)

    assert answer.status_code == status
    assert (said := answer.json()["error"])
    assert said.endswith("。")


@pytest.mark.parametrize(
    "name",
    ["log_key", "log_head_json", "log_checkpoint", "log_consistency", "log_inclusion"],
)
def test_a_log_that_was_never_signed_has_nothing_to_show_yet(client, name):
    make_contest(slug="linxi")
    asked = {"first": 1, "second": 1, "leaf": LEAF, "size": 1}

    assert client.get(address(name), asked).status_code == 404
