from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from showcase.contests.models import Contest
from site_cms.accounts.roles import Role
from site_cms.trail.models import TrailEntry
from tests.factories import (
    DAY,
    make_decided_contest,
    make_operator,
    sign_in,
)
from tests.factories.objections import (
    NAME,
    PHONE,
    TEXT,
    make_noticed,
    object_to,
    reply_to,
)
from tests.site_cms.media.pictures import photograph
from voting.office.queries import jobs_of
from voting.results.notice_services import extend_notice
from voting.results.objection_models import Objection, ObjectionFile, ObjectionReply
from voting.results.objection_queries import reply_proposal
from voting.results.objection_uploads import CleanFile

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 x"


@pytest.fixture
def contest(db) -> Contest:
    """One whose notice runs today: the visitor's clock is that of the machine."""
    contest = make_noticed()
    now = timezone.now()
    extend_notice(
        by=None, contest=contest, closes_at=now + 9 * DAY, reason="再留几天", now=now
    )
    return Contest.objects.get(pk=contest.pk)


def address(name: str, contest: Contest, *more) -> str:
    return reverse(f"voting:{name}", args=[contest.slug, *more])


def typed(**fields) -> dict[str, object]:
    return {
        "request": str(uuid4()),
        "entry": "01",
        "text": TEXT,
        "name": NAME,
        "phone": "+86 138 0013 8000",
        "address": "",
    } | fields


def send(client, contest, **fields):
    return client.post(address("result_object", contest), typed(**fields))


def text(response) -> str:
    return response.content.decode()


def file(name: str = "说明.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_who_objects_gets_a_code_and_finds_the_objection_by_it(client, contest):
    response = send(client, contest, files=[file(), file("照片.jpg", photograph())])

    objection = Objection.objects.get()
    assert (objection.text, objection.entry.plate) == (TEXT, "01")
    assert response.status_code == 303
    page = text(client.get(response.headers["Location"]))
    assert objection.printed_code in page
    for told in (TEXT, "已收到", "说明.pdf", "照片.jpg"):
        assert told in page
    for secret in (NAME, PHONE):
        assert secret not in page
    found = client.get(
        address("result_objections", contest), {"code": objection.code.lower()}
    )
    assert found.headers["Location"] == address(
        "result_objection", contest, objection.printed_code
    )


def test_sending_a_form_twice_leads_to_the_same_objection(client, contest):
    key = str(uuid4())

    first, again = (send(client, contest, request=key) for _ in range(2))

    assert first.headers["Location"] == again.headers["Location"]
    assert Objection.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param({"text": ""}, "请写写您的异议", id="nothing said"),
        pytest.param({"text": "不公平"}, "请再写具体一点", id="too short"),
        pytest.param({"name": ""}, "异议要实名提出", id="no name"),
        pytest.param({"phone": "12345"}, "这不像一个电话号码", id="no telephone"),
        pytest.param({"entry": "77"}, "没有“77”这一项", id="no such entry"),
        pytest.param({"text": "a\x00" * 9}, "无法保存的字符", id="unprintable"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    client, contest, fields, sentence
):
    sent = typed(address="北街 3 号") | fields

    page = text(client.post(address("result_object", contest), sent))

    assert sentence in page
    for name, value in sent.items():
        if name not in fields and name != "entry":
            assert value in page
    assert Objection.objects.count() == 0


def test_files_that_have_to_be_chosen_again_are_named_as_such(client, contest):
    page = text(send(client, contest, name="", files=[file()]))

    assert "刚才选的文件要再选一次" in page


def test_a_bad_file_does_not_hold_the_objection_back(client, contest):
    bad = file("程序.exe", b"MZ")

    response = client.post(
        address("result_object", contest), typed(files=[bad, file()]), follow=True
    )

    assert "没有收下 程序.exe" in text(response)
    assert [each.name for each in ObjectionFile.objects.all()] == ["说明.pdf"]


def test_files_are_added_on_the_page_of_the_objection(client, contest):
    objection = object_to(contest, now=timezone.now())
    page = address("result_objection", contest, objection.printed_code)

    told = text(client.post(page, {"files": [file()]}, follow=True))

    assert "收下了 1 个文件" in told
    assert "还能补 2 个" in told
    reply_to(objection)
    assert "已经办结" in text(client.post(page, {"files": [file()]}, follow=True))
    assert ObjectionFile.objects.count() == 1


def test_who_objected_reads_the_steps_and_the_answer(client, contest):
    objection = object_to(contest, now=timezone.now())
    reply_to(objection)

    page = text(
        client.get(address("result_objection", contest, objection.printed_code))
    )

    for told in ("异议不成立", "调看了全部评分表原件", TEXT):
        assert told in page


@pytest.mark.parametrize("code", ["AAAA-AAAA-AAAA", "nothing", "2222-2222-2222"])
def test_a_wrong_code_finds_nothing_and_stays_in_its_field(client, contest, code):
    object_to(contest, now=timezone.now())

    looked_up = client.get(address("result_objections", contest), {"code": code})
    opened = client.get(address("result_objection", contest, code))

    for response, status in ((looked_up, 200), (opened, 404)):
        assert response.status_code == status
        assert "没有找到这个查询码" in text(response)
        assert f'value="{code}"' in text(response)


def test_after_the_notice_the_form_says_so_and_keeps_what_was_typed(client):
    contest = make_noticed()

    page = text(send(client, contest))

    assert "提异议的时间已经过了" in page
    assert TEXT in page
    assert Objection.objects.count() == 0


def test_before_the_release_there_is_no_form(client):
    response = send(client, make_decided_contest())

    assert response.status_code == 404
    assert "结果还没有公布" in text(response)


def test_the_code_of_another_contest_opens_nothing(client, contest):
    objection = object_to(contest, now=timezone.now())

    other = address("result_objection", make_noticed(), objection.printed_code)

    assert client.get(other).status_code == 404


# The desk


@pytest.fixture
def objection(contest) -> Objection:
    attached = CleanFile("pdf", "说明.pdf", "application/pdf", PDF)
    return object_to(contest, files=[attached], now=timezone.now())


def desk(objection) -> str:
    return address("objection_desk", objection.contest, objection.number)


def answer(**fields) -> dict[str, str]:
    return {
        "act": "reply",
        "outcome": "refused",
        "question": "有人认为分数不对。",
        "answer": "核对过，一致。",
        "reason": "调看原件",
    } | fields


def test_the_desk_shows_the_objection_and_hides_the_person(client, objection):
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    page = text(client.get(desk(objection)))

    assert TEXT in page
    for secret in (NAME, PHONE):
        assert secret not in page
    opened = text(client.post(desk(objection), {"act": "person"}))
    for told in (NAME, PHONE):
        assert told in opened
    read = TrailEntry.objects.filter(action="objection_to_result.person_read")
    assert read.count() == 1


def test_an_administrator_takes_steps_and_a_supervisor_does_not(client, objection):
    sign_in(client, make_operator(Role.SUPERVISOR))
    client.post(desk(objection), {"act": "accepted", "note": ""})
    assert Objection.objects.get().state == "已收到"

    sign_in(client, make_operator(Role.ADMINISTRATOR))
    client.post(desk(objection), {"act": "accepted", "note": "已请监督员调看"})
    client.post(desk(objection), {"act": "checking", "note": ""})

    assert [(each.step, each.note) for each in objection.steps.all()] == [
        ("accepted", "已请监督员调看"),
        ("checking", ""),
    ]


def test_one_person_proposes_an_answer_and_another_lets_it_out(client, objection):
    both = make_operator(Role.ADMINISTRATOR, Role.SUPERVISOR)
    sign_in(client, both)
    client.post(desk(objection), answer())
    own = {"act": "answer", "proposal": reply_proposal(objection).pk, "agree": "yes"}
    assert "等一位监督员同意" in text(client.get(desk(objection)))
    client.post(desk(objection), own)
    assert ObjectionReply.objects.count() == 0

    sign_in(client, make_operator(Role.SUPERVISOR))
    missing = client.post(desk(objection), own | {"agree": "no", "remark": ""})
    assert "请写明为什么不同意" in text(missing)
    client.post(desk(objection), own)

    assert ObjectionReply.objects.get().proposed_by == both
    notice = text(client.get(address("result_notice", objection.contest)))
    assert "核对过，一致。" in notice


def test_an_answer_without_words_for_the_public_stays_on_the_form(client, objection):
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    page = text(client.post(desk(objection), answer(question="")))

    assert "请写明公布的异议内容" in page
    assert "核对过，一致。" in page
    assert reply_proposal(objection) is None


def test_what_was_sent_back_is_proposed_anew(client, objection):
    sign_in(client, make_operator(Role.ADMINISTRATOR))
    client.post(desk(objection), answer())
    proposal = reply_proposal(objection)
    sign_in(client, make_operator(Role.SUPERVISOR))

    client.post(
        desk(objection),
        {
            "act": "answer",
            "proposal": proposal.pk,
            "agree": "no",
            "remark": "没有写查了哪一份",
        },
    )

    assert (reply_proposal(objection), Objection.objects.get().is_open) == (None, True)
    sign_in(client, make_operator(Role.ADMINISTRATOR))
    again = text(client.get(desk(objection)))
    for told in ("没有写查了哪一份", "核对过，一致。", "调看原件"):
        assert told in again


def test_a_file_is_handed_out_and_never_run(client, objection):
    path = address(
        "objection_file",
        objection.contest,
        objection.number,
        objection.files.get().pk,
    )
    assert client.get(path).status_code == 302

    sign_in(client, make_operator(Role.SUPERVISOR))
    response = client.get(path)

    assert response.content == PDF
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_desk_lists_every_objection_and_what_the_final_result_waits_for(
    client, objection
):
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    page = text(client.get(address("objections_desk", objection.contest)))

    for told in ("第 1 件", "还没有结束", "还没有答复", "延长公示"):
        assert told in page


def waiting_for(user, contest) -> list[str]:
    jobs = jobs_of(user, contest, now=timezone.now())
    return [job.waiting for job in jobs if job.name == "公示和异议"]


def test_my_work_says_which_objections_wait_for_whom(client, objection):
    administrator = make_operator(Role.ADMINISTRATOR)
    supervisor = make_operator(Role.SUPERVISOR)
    contest = objection.contest
    assert waiting_for(administrator, contest) == ["1 件异议没有答复"]
    assert waiting_for(supervisor, contest) == [""]

    sign_in(client, administrator)
    client.post(desk(objection), answer())

    assert waiting_for(administrator, contest) == [""]
    assert waiting_for(supervisor, contest) == ["1 件答复等您确认"]
    assert waiting_for(make_operator(Role.HOST), contest) == []
