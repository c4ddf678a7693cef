from io import StringIO
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from showcase.contests.models import Contest
from showcase.units.services import set_affiliation
from site_cms.trail.errors import NothingProposed, ReasonMissing, SamePerson
from site_cms.trail.models import TrailEntry
from tests.factories import NOW, make_decided_contest, make_user
from tests.factories.objections import (
    NAME,
    PHONE,
    TEXT,
    make_noticed,
    object_to,
    reply_to,
)
from tests.site_cms.media.pictures import TRACES, photograph
from voting.results.objection_errors import (
    AlreadyReplied,
    AnswerIsMissing,
    FromAUnitOfTheContest,
    NotArchivedYet,
    NotOpenToObjection,
    ObjectionIsClosed,
    PersonIsForgotten,
    QuestionMissing,
    ReplyIsWaiting,
    StepIsTaken,
    TooManyFiles,
)
from voting.results.objection_models import (
    Objection,
    ObjectionFile,
    ObjectionPerson,
    ObjectionReply,
)
from voting.results.objection_queries import (
    objection_by_code,
    objections_open,
    replied,
)
from voting.results.objection_rules import Outcome, Step
from voting.results.objection_services import (
    Person,
    add_files,
    confirm_reply,
    forget_objectors,
    propose_reply,
    read_person,
    reject_reply,
    take_step,
)
from voting.results.objection_uploads import CleanFile, sent

pytestmark = pytest.mark.django_db


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def pdf(size: int = 100) -> bytes:
    return b"%PDF-1.7\n".ljust(size, b"x")


def propose(objection, *, by=None, outcome=Outcome.REFUSED, **fields):
    defaults = {
        "question": "有人认为分数不对。",
        "answer": "核对过，一致。",
        "reason": "调看原件",
    }
    return propose_reply(
        by=by or make_user(),
        objection=objection,
        outcome=outcome,
        now=NOW,
        **defaults | fields,
    )


def test_an_objection_is_counted_and_found_again_by_its_code():
    contest = make_noticed()

    first, second = object_to(contest), object_to(contest, entry=None)

    assert [str(first), str(second)] == ["异议第 1 件", "异议第 2 件"]
    assert (second.about, first.state) == ("整个结果", "已收到")
    typed = first.printed_code.lower().replace("-", " ")
    assert objection_by_code(contest, typed) == first
    assert objection_by_code(make_noticed(), typed) is None


def test_a_form_that_is_sent_twice_is_one_objection():
    contest = make_noticed()

    first = object_to(contest, request_key=UUID(int=7))
    again = object_to(contest, request_key=UUID(int=7), text="又点了一次提交")

    assert (again, Objection.objects.count()) == (first, 1)


def test_the_key_of_another_contest_s_form_leads_nowhere():
    first = object_to(make_noticed(), request_key=UUID(int=7))

    other = object_to(make_noticed(), request_key=UUID(int=7))

    assert other.pk != first.pk


def test_nobody_objects_before_the_release_or_after_the_notice():
    unreleased, noticed = make_decided_contest(), make_noticed()

    with pytest.raises(NotOpenToObjection):
        object_to(unreleased)
    with pytest.raises(NotOpenToObjection):
        object_to(noticed, now=noticed.notice_closes_at)

    assert Objection.objects.count() == 0


def test_name_and_telephone_lie_encrypted_and_who_reads_them_stands_on_the_record():
    contest, by = make_noticed(), make_user()
    objection = object_to(contest, person=Person(NAME, PHONE, "北街 3 号"))

    kept = ObjectionPerson.objects.get()
    for secret in (NAME, PHONE, "北街"):
        assert secret not in f"{kept.name}{kept.phone}{kept.address}"
    person = read_person(by=by, objection=objection, now=NOW)

    assert person == Person(NAME, PHONE, "北街 3 号")
    entry = TrailEntry.objects.about(objection).last()
    assert (entry.by, entry.action) == (by, "objection_to_result.person_read")


def test_nothing_of_the_person_reaches_the_trail():
    objection = object_to(make_noticed())
    read_person(by=make_user(), objection=objection, now=NOW)
    reply_to(objection)

    told = str(list(TrailEntry.objects.values()))
    for secret in (NAME, PHONE, TEXT, objection.code):
        assert secret not in told


def test_an_objection_goes_from_received_to_accepted_to_checking_to_answered():
    objection, by = object_to(make_noticed()), make_user()
    states = [objection.state]

    for step in (Step.ACCEPTED, Step.CHECKING):
        take_step(by=by, objection=objection, step=step, note="已调看", now=NOW)
        states.append(Objection.objects.get().state)
    reply_to(objection)
    states.append(Objection.objects.get().state)

    assert states == ["已收到", "已受理", "核查中", "已答复"]


def test_a_step_is_taken_once_and_not_after_the_answer():
    objection, by = object_to(make_noticed()), make_user()
    take_step(by=by, objection=objection, step=Step.ACCEPTED, note="", now=NOW)

    with pytest.raises(StepIsTaken):
        take_step(by=by, objection=objection, step=Step.ACCEPTED, note="", now=NOW)
    reply_to(objection)
    with pytest.raises(AlreadyReplied):
        take_step(by=by, objection=objection, step=Step.CHECKING, note="", now=NOW)


def test_an_answer_needs_two_people():
    objection, by = object_to(make_noticed()), make_user()
    proposal = propose(objection, by=by)

    with pytest.raises(SamePerson):
        confirm_reply(by=by, proposal=proposal, now=NOW)
    assert ObjectionReply.objects.count() == 0
    assert objections_open(objection.contest)

    confirm_reply(by=make_user(), proposal=proposal, now=NOW)
    assert objections_open(objection.contest) == []


def test_what_the_second_person_sends_back_is_not_answered_and_can_be_proposed_anew():
    objection = object_to(make_noticed())
    proposal = propose(objection)

    with pytest.raises(ReasonMissing):
        reject_reply(by=make_user(), proposal=proposal, remark="", now=NOW)
    with pytest.raises(ReplyIsWaiting):
        propose(objection)
    reject_reply(by=make_user(), proposal=proposal, remark="没有写依据", now=NOW)

    assert Objection.objects.get().is_open
    confirm_reply(by=make_user(), proposal=propose(objection), now=NOW)
    with pytest.raises(AlreadyReplied):
        propose(objection)


def test_a_proposal_of_another_kind_answers_nothing():
    contest = make_noticed()
    proposal = propose(object_to(contest))
    proposal.kind = "result.publish"

    with pytest.raises(NothingProposed):
        confirm_reply(by=make_user(), proposal=proposal, now=NOW)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        pytest.param({"answer": " "}, AnswerIsMissing, id="no answer"),
        pytest.param({"question": " "}, QuestionMissing, id="nothing for the public"),
        pytest.param({"reason": " "}, ReasonMissing, id="no grounds"),
    ],
)
def test_an_answer_that_is_not_whole_is_refused(fields, refusal):
    objection = object_to(make_noticed())

    with pytest.raises(refusal):
        propose(objection, **fields)


def test_what_was_turned_away_is_counted_and_not_told():
    contest = make_noticed()
    reply_to(object_to(contest), outcome=Outcome.DECLINED, question="")
    told = reply_to(object_to(contest)).objection

    assert [each.pk for each in replied(contest) if each.reply.question] == [told.pk]
    assert len(replied(contest)) == 2
    assert objections_open(contest) == []


def test_nobody_from_a_participating_unit_handles_an_objection():
    contest, by = make_noticed(), make_user()
    objection = object_to(contest)
    proposal = propose(objection)
    unit = contest.entries.get(number=2).unit
    set_affiliation(by=None, user=by, unit=unit, now=NOW)

    for act in (
        lambda: take_step(
            by=by, objection=objection, step=Step.ACCEPTED, note="", now=NOW
        ),
        lambda: read_person(by=by, objection=objection, now=NOW),
        lambda: confirm_reply(by=by, proposal=proposal, now=NOW),
    ):
        with pytest.raises(FromAUnitOfTheContest):
            act()

    assert Objection.objects.get().is_open


def test_pictures_lose_what_the_telephone_wrote_into_them_and_pdf_is_kept():
    files = sent(
        [upload("现场.jpg", photograph()), upload("说明.pdf", pdf())], room=10**9
    )

    picture, document = files.taken
    assert [(file.kind, file.name, file.content_type) for file in files.taken] == [
        ("picture", "现场.jpg", "image/jpeg"),
        ("pdf", "说明.pdf", "application/pdf"),
    ]
    assert document.content == pdf()
    assert [trace for trace in TRACES if trace in picture.content] == []


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        pytest.param("a.pdf", b"MZ not a pdf", "内容却不是", id="not what it says"),
        pytest.param("a.exe", b"MZ", "打不开", id="a program"),
        pytest.param("a.html", b"<script>", "打不开", id="a page"),
        pytest.param("a.jpg", b"", "是空的", id="empty"),
        pytest.param("大.pdf", pdf(11 * 1024 * 1024), "超过 10 MB", id="too large"),
    ],
)
def test_a_bad_file_is_refused_by_name_and_the_good_one_is_kept(name, content, reason):
    files = sent([upload(name, content), upload("好.pdf", pdf())], room=10**9)

    assert [file.name for file in files.taken] == ["好.pdf"]
    (sentence,) = files.refused
    assert sentence.startswith(f"{name}：")
    assert reason in sentence


def test_there_is_an_end_to_files():
    three = [upload(f"{number}.pdf", pdf()) for number in range(4)]

    assert len(sent(three, room=10**9).taken) == 3
    assert len(sent(three, room=10**9, there=2).taken) == 1
    assert sent(three, room=50).taken == ()


def test_files_are_added_until_the_answer():
    objection = object_to(make_noticed())
    file = CleanFile("pdf", "说明.pdf", "application/pdf", pdf())

    add_files(objection=objection, files=[file], now=NOW)
    reply_to(objection)
    with pytest.raises(ObjectionIsClosed):
        add_files(objection=objection, files=[file], now=NOW)

    assert [bytes(each.content) for each in ObjectionFile.objects.all()] == [pdf()]


def test_files_that_come_together_do_not_pass_the_limit_together():
    objection = object_to(make_noticed())
    files = [CleanFile("pdf", "说明.pdf", "application/pdf", pdf())] * 2

    add_files(objection=objection, files=files, now=NOW)
    with pytest.raises(TooManyFiles):
        add_files(objection=objection, files=files, now=NOW)

    assert ObjectionFile.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param("a\x07b.pdf", "ab.pdf", id="what cannot be printed"),
        pytest.param("长" * 200 + ".pdf", "长" * 72 + ".pdf", id="too long"),
    ],
)
def test_names_of_files_are_kept_short_and_printable(given, kept):
    (file,) = sent([upload(given, pdf())], room=10**9).taken

    assert file.name == kept


@pytest.mark.parametrize("model", [Objection, ObjectionPerson, ObjectionReply])
def test_what_was_objected_and_answered_cannot_be_rewritten(model):
    reply_to(object_to(make_noticed()))

    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.all().delete()


def archived(contest):
    Contest.objects.filter(pk=contest.pk).update(archived_at=NOW)
    return Contest.objects.get(pk=contest.pk)


def test_after_the_archive_names_telephones_and_files_are_destroyed_and_answers_stay():
    contest = make_noticed()
    file = CleanFile("pdf", "说明.pdf", "application/pdf", pdf())
    objection = object_to(contest, files=[file])
    reply_to(objection)
    other = object_to(make_noticed())

    with pytest.raises(NotArchivedYet):
        forget_objectors(by=None, contest=contest, now=NOW)
    contest = archived(contest)
    counts = [forget_objectors(by=None, contest=contest, now=NOW) for _ in range(2)]

    assert counts == [1, 0]
    assert (ObjectionPerson.objects.get().objection, ObjectionFile.objects.count()) == (
        other,
        0,
    )
    assert replied(contest) == [objection]
    with pytest.raises(PersonIsForgotten):
        read_person(by=make_user(), objection=objection, now=NOW)


def test_the_command_says_what_it_did_and_looks_first_when_asked():
    contest = make_noticed()
    object_to(contest)

    def run(*more) -> str:
        out = StringIO()
        call_command("forget_objectors", "--contest", contest.slug, *more, stdout=out)
        return out.getvalue()

    with pytest.raises(CommandError, match="还没有归档"):
        run()
    archived(contest)
    assert run("--dry-run").startswith("有 1 件异议还存着姓名")
    assert run().startswith("已销毁 1 件异议的姓名")
    assert run().startswith("已销毁 0 件")
    with pytest.raises(CommandError, match="没有网址名是"):
        call_command("forget_objectors", "--contest", "nothing")
