"""Codes on paper: shown once, entered by their owner or by a helper on the record."""

import re
import uuid

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisConnectionError

from showcase.contests.models import Contest
from site_cms.accounts.roles import Role
from site_cms.trail.models import TrailEntry
from tests.factories import make_operator, make_poll, open_poll, sign_in
from tests.factories.moments import HOUR, NOW
from tests.factories.showcase import make_contest
from tests.voting.polls.voters.test_conformance import vote
from tests.voting.polls.voters.ways import address, slug_of
from voting.office.queries import jobs_of
from voting.polls.models import Ballot, Poll
from voting.polls.voter_errors import (
    BatchExists,
    CodeMisread,
    CodeUnknown,
    PollOver,
)
from voting.polls.voter_models import CodeBatch, PrintedCode
from voting.polls.voter_services import create_code_batch, enter_code

pytestmark = pytest.mark.django_db


def make_codes(poll, *, count=3, label="第一批", **fields) -> list[str]:
    defaults = {
        "by": make_operator(Role.ADMINISTRATOR),
        "village": "大营子村",
        "request_key": uuid.uuid4(),
        "now": timezone.now(),
    }
    poll = Poll.objects.get(pk=poll.id)
    return create_code_batch(poll=poll, label=label, count=count, **defaults | fields)


@pytest.fixture
def poll():
    return open_poll(adapters=["code"])


@pytest.fixture
def helper() -> Client:
    client = Client()
    client.user = sign_in(client, make_operator(Role.HELPER))
    return client


def test_batch_stores_hashes_and_nothing_else(poll):
    codes = make_codes(poll, count=50)
    assert (len(set(codes)), PrintedCode.objects.count()) == (50, 50)
    stored = str(list(PrintedCode.objects.values_list()))
    assert [code for code in codes if code in stored] == []
    # The order of the rows is that of the hashes, not that of the paper.
    digests = list(PrintedCode.objects.order_by("pk").values_list("pk", flat=True))
    assert list(PrintedCode.objects.values_list("pk", flat=True)) == digests


def test_batch_is_on_the_record(poll):
    make_codes(poll, count=2)
    entry = TrailEntry.objects.get(action="code_batch.created")
    assert entry.sentence.endswith("制作 2 张纸质投票码：第一批（大营子村）")


def test_form_that_is_sent_twice_makes_one_batch(poll):
    key = uuid.uuid4()
    make_codes(poll, request_key=key)
    with pytest.raises(BatchExists):
        make_codes(poll, request_key=key, label="第二批")
    assert CodeBatch.objects.count() == 1


def test_after_the_close_no_codes_are_made():
    contest = make_contest(poll_opens_at=NOW - 2 * HOUR, poll_closes_at=NOW - HOUR)
    with pytest.raises(PollOver):
        make_codes(make_poll(contest=contest), now=NOW)
    assert CodeBatch.objects.count() == 0


def test_code_of_another_poll_is_unknown(poll):
    code = make_codes(open_poll(adapters=["code"]))[0]
    with pytest.raises(CodeUnknown):
        enter_code(poll=poll, typed=code)


def test_wrongly_typed_code_is_told_apart_from_an_unknown_one(poll):
    code = make_codes(poll)[0]
    with pytest.raises(CodeMisread, match="输错了"):
        enter_code(poll=poll, typed=code[:-1])


def test_page_keeps_what_was_typed_and_says_what_is_wrong(poll):
    answer = Client().post(address("code", poll), {"code": "HAD-7K2-YM2"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "这个投票码有地方输错了" in text
    assert 'value="HAD-7K2-YM2"' in text


def test_way_to_the_ballot_keeps_the_unit_one_came_from(poll):
    code = make_codes(poll)[0]
    client = Client()
    there = client.get(address("ballot", poll) + "?pick=02")
    assert there["Location"] == address("code", poll) + "?pick=02"
    page = client.get(there["Location"]).content.decode()
    action = re.search(r'method="post" action="([^"]+)"', page)[1]
    answer = client.post(action, {"code": code})
    assert answer["Location"] == address("ballot", poll) + "?pick=02"


def test_tries_of_an_address_are_counted_in_the_database_while_redis_is_gone(
    poll, monkeypatch
):
    def gone(*args, **kwargs):
        raise RedisConnectionError("gone")

    for name in ("add", "incr"):
        monkeypatch.setattr(type(caches["limits"]), name, gone)
    code = make_codes(poll)[0]
    client = Client()
    for _ in range(100):
        client.post(address("code", poll), {"code": "222222222"})
    answer = client.post(address("code", poll), {"code": code})
    assert "试了太多投票码" in answer.content.decode()
    other = Client(REMOTE_ADDR="198.51.100.7")
    assert other.post(address("code", poll), {"code": code}).status_code == 303


def test_machine_that_guesses_is_refused_with_a_time(poll):
    client = Client()
    answers = [
        client.post(address("code", poll), {"code": "222222222"}) for _ in range(11)
    ]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert int(answers[-1]["Retry-After"]) > 0


# --- the helper ---


def test_helper_is_on_the_record_and_nothing_of_the_choice_is(poll, helper):
    codes = make_codes(poll)
    answer = helper.post(address("help", poll), {"code": codes[0]})
    assert answer["Location"] == address("ballot", poll)
    vote(helper, poll)
    entry = TrailEntry.objects.get(action="printed_code.entered_for_another")
    assert (entry.by, entry.subject_type, entry.details) == (
        helper.user,
        "voting.CodeBatch",
        {},
    )
    assert entry.sentence == (
        "为没有手机的群众代录一张投票码，批次：第一批（大营子村）"
    )
    everything = str(list(TrailEntry.objects.values_list()))
    assert codes[0] not in everything
    assert PrintedCode.objects.first().pk not in everything


def test_helper_gets_the_number_alone_and_no_voter_stays_on_the_phone(poll, helper):
    helper.post(address("help", poll), {"code": make_codes(poll)[0]})
    answer = vote(helper, poll)
    number = answer["Location"].rstrip("/").rpartition("/")[2]
    assert answer["Location"] == f"/vote/{slug_of(poll)}/helped/{number}/"
    page = helper.get(answer["Location"]).content.decode()
    unit = poll.entries[0].unit
    assert (number in page, unit in page, "/receipt/" in page) == (True, False, False)
    assert helper.get(address("ballot", poll))["Location"] == address("code", poll)


def test_lost_answer_to_a_helper_is_given_again(poll, helper):
    helper.post(address("help", poll), {"code": make_codes(poll)[0]})
    helper.post(address("check", poll), {"entry": ["01"]})
    nonce = helper.get(address("check", poll)).context["nonce"]
    kept = {name: each.value for name, each in helper.cookies.items()}
    sent = {"entry": ["01"], "request": nonce}
    first = helper.post(address("cast", poll), sent)
    helper.cookies.load(kept)
    assert helper.post(address("cast", poll), sent)["Location"] == first["Location"]
    assert Ballot.objects.count() == 1


def test_code_that_a_helper_used_has_voted(poll, helper):
    code = make_codes(poll)[0]
    helper.post(address("help", poll), {"code": code})
    vote(helper, poll)
    own = Client()
    own.post(address("code", poll), {"code": code})
    assert "您已经投过了" in own.get(address("ballot", poll)).content.decode()


@pytest.mark.parametrize("name", ["help", "codes"])
def test_stranger_is_led_to_the_sign_in(poll, name):
    assert "/login/" in Client().get(address(name, poll))["Location"]


@pytest.mark.parametrize(
    ("name", "role"), [("help", Role.ADMINISTRATOR), ("codes", Role.HELPER)]
)
def test_other_role_is_refused(poll, name, role):
    client = Client()
    sign_in(client, make_operator(role))
    assert client.get(address(name, poll)).status_code == 403


# --- the sheets ---


@pytest.fixture
def office() -> Client:
    client = Client()
    sign_in(client, make_operator(Role.ADMINISTRATOR))
    return client


def batch_form(office, poll, **fields) -> dict:
    key = re.search(
        r'name="request_key" value="([^"]+)"',
        office.get(address("codes", poll)).content.decode(),
    )[1]
    defaults = {"label": "第一批", "village": "大营子村", "count": "9"}
    return defaults | {"request_key": key} | fields


def test_sheets_show_each_code_once_and_never_again(poll, office):
    form = batch_form(office, poll)
    answer = office.post(address("codes", poll), form)
    text = answer.content.decode()
    codes = re.findall(r'class="slip__code">([^<]+)<', text)
    assert (len(codes), text.count('class="sheet"')) == (9, 2)
    assert "no-store" in answer["Cache-Control"]
    assert {enter_code(poll=poll, typed=code).adapter for code in codes} == {"code"}
    again = office.post(address("codes", poll), form).content.decode()
    listed = office.get(address("codes", poll)).content.decode()
    assert "这一批投票码已经做好，没有再做一批" in again
    assert [code for code in codes if code in again + listed] == []
    assert CodeBatch.objects.count() == 1


def test_qr_code_keeps_the_code_out_of_every_log(poll, office, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        "voting.polls.code_views.qr_code", lambda text: drawn.append(text) or ""
    )
    office.post(address("codes", poll), batch_form(office, poll, count="1"))
    assert re.fullmatch(rf"https?://[^/]+{address('code', poll)}#\w{{9}}", drawn[0])


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        pytest.param({"count": "0"}, "不能小于 1", id="none"),
        pytest.param({"count": "1001"}, "不能大于 1000", id="too many"),
        pytest.param({"village": ""}, "请填写这一项", id="no village"),
    ],
)
def test_wrong_batch_is_told_and_not_made(poll, office, wrong, told):
    answer = office.post(address("codes", poll), batch_form(office, poll, **wrong))
    assert told in answer.content.decode()
    assert CodeBatch.objects.count() == 0


def test_label_is_used_once_in_a_poll(poll, office):
    make_codes(poll)
    answer = office.post(address("codes", poll), batch_form(office, poll))
    assert "这个批次名称已经用过" in answer.content.decode()
    assert CodeBatch.objects.count() == 1


def test_codes_can_be_printed_before_the_poll_opens(office):
    now = timezone.now()
    contest = make_contest(poll_opens_at=now + HOUR, poll_closes_at=now + 2 * HOUR)
    make_poll(contest=contest, adapters=["code"])
    form = {"label": "第一批", "village": "大营子村", "count": "1"}
    answer = office.post(
        reverse("voting:codes", args=[contest.slug]),
        form | {"request_key": str(uuid.uuid4())},
    )
    assert answer.content.decode().count('class="slip__code"') == 1


@pytest.mark.parametrize(
    ("role", "jobs"),
    [
        (Role.HELPER, ["代录投票码"]),
        (Role.ADMINISTRATOR, ["制作纸质投票码"]),
        (Role.AUDITOR, []),
    ],
)
def test_who_works_with_codes_finds_them_on_the_first_page(poll, role, jobs):
    make_codes(poll, count=7)
    contest = Contest.objects.get(pk=poll.contest_id)
    found = jobs_of(make_operator(role), contest, now=timezone.now())
    here = [job for job in found if "投票码" in job.name]
    assert [job.name for job in here] == jobs
    assert [job.state for job in here if role == Role.ADMINISTRATOR] == [
        "已做 7 张" for name in jobs if role == Role.ADMINISTRATOR
    ]
