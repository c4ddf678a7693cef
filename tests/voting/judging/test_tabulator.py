"""The tabulator's desk and the second person's pages, as requests."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from site_cms.accounts.roles import Role
from site_cms.trail.models import Proposal
from tests.factories import (
    lock_turn,
    make_late,
    make_night_today,
    make_open_turn,
    make_operator,
    make_paper,
    make_sheet,
    make_user,
    sign_in,
)
from voting.judging import services
from voting.judging.late_outcome_models import LateOutcome
from voting.judging.models import ScoreSheet, Source
from voting.judging.paper_codes import check_code
from voting.judging.paper_models import PaperSheet

pytestmark = pytest.mark.django_db

COMPARED = {"act": "confirm", "same": ["results", "presentation", "total"]}


@pytest.fixture
def night():
    return make_night_today(seats=1)


@pytest.fixture
def turn(night):
    return make_open_turn(night, now=timezone.now())


@pytest.fixture
def seat(night):
    return night.seats.get(code="A01")


def client_of(*roles):
    client = Client()
    client.user = sign_in(client, make_operator(*roles))
    return client


@pytest.fixture
def typist():
    return client_of(Role.TABULATOR)


@pytest.fixture
def supervisor():
    return client_of(Role.SUPERVISOR)


def desk(night, rest=""):
    return f"/tabulate/{night.contest.slug}/{rest}"


def entry(night, turn, seat):
    return desk(night, f"enter/{turn.pk}/{seat.pk}/")


def checking(night, paper):
    return f"/supervise/{night.contest.slug}/paper/{paper.pk}/"


def fixing(night, proposal):
    return f"/supervise/{night.contest.slug}/fix/{proposal.pk}/"


def typed(turn, seat, **fields):
    return {
        "code": check_code(turn, seat).lower(),
        "mark-results": "５０",
        "mark-presentation": "30",
        "total": "80",
        "signed": "on",
        "unaltered": "on",
    } | fields


def text(response):
    return response.content.decode()


def lock(turn, night):
    for each in night.seats.all():
        make_sheet(seat=each, turn=turn, now=timezone.now())
    lock_turn(turn, now=timezone.now())


def test_the_desk_lists_who_is_missing_and_leads_to_their_paper(
    night, turn, seat, typist
):
    make_sheet(seat=night.seats.get(code="C01"), turn=turn, now=timezone.now())

    page = text(typist.get(desk(night)))

    assert "还没交的 1 席" in page
    assert entry(night, turn, seat) in page


def test_before_anything_is_open_the_desk_says_what_it_waits_for(night, typist):
    assert "现在没有开放打分的单位" in text(typist.get(desk(night)))


def test_paper_is_typed_by_one_and_confirmed_by_another(
    night, turn, seat, typist, supervisor
):
    handed = typist.post(entry(night, turn, seat), typed(turn, seat), follow=True)
    paper = PaperSheet.objects.get()
    assert "等第二人核对" in text(handed)
    queue = text(supervisor.get(f"/supervise/{night.contest.slug}/"))
    assert checking(night, paper) in queue

    signed = supervisor.post(checking(night, paper), COMPARED, follow=True)

    assert "已签认" in text(signed)
    sheet = ScoreSheet.objects.get()
    assert (sheet.source, sheet.marks) == (
        Source.PAPER,
        {"results": "50.0", "presentation": "30.0"},
    )
    assert "已签认" in text(typist.get(desk(night, f"paper/{paper.pk}/")))


def test_what_does_not_agree_is_said_at_its_field_and_nothing_typed_is_lost(
    night, turn, seat, typist
):
    response = typist.post(
        entry(night, turn, seat),
        typed(turn, seat, total="80.5", signed=""),
    )

    page = text(response)
    assert response.status_code == 422
    assert "两项之和是 80.0，纸面合计是 80.5。" in page
    assert "纸上没有评委签名的不能录" in page
    assert 'value="80.5"' in page
    assert 'value="５０"' in page
    assert not PaperSheet.objects.exists()


def test_a_judge_who_added_wrong_is_one_button_away(night, turn, seat, typist):
    wrong = typed(turn, seat, total="80.5")
    page = text(typist.post(entry(night, turn, seat), wrong))
    assert re.search(r"data-added-wrong>评委自己加错了", page)

    typist.post(entry(night, turn, seat), wrong | {"added_wrong": "on"})

    assert PaperSheet.objects.get().added_wrong


def test_the_typist_finds_no_button_that_confirms(night, turn, seat):
    both = client_of(Role.TABULATOR, Role.SUPERVISOR)
    paper = make_paper(seat=seat, turn=turn, by=both.user, now=timezone.now())

    own = text(both.get(desk(night, f"paper/{paper.pk}/")))
    check = text(both.get(checking(night, paper)))
    tried = both.post(checking(night, paper), COMPARED)

    for page in (own, check, text(tried)):
        assert 'value="confirm"' not in page
        assert 'value="return"' not in page
    assert "录入的人不能核对自己的" in check
    assert not ScoreSheet.objects.exists()


def test_whoever_compares_finds_no_field_for_a_number(night, turn, seat, supervisor):
    paper = make_paper(seat=seat, turn=turn, now=timezone.now())

    page = text(supervisor.get(checking(night, paper)))

    kinds = set(re.findall(r'<input[^>]*type="(\w+)"', page))
    assert kinds == {"hidden", "checkbox"}
    assert 'name="mark-results"' not in page


def test_whoever_does_not_type_cannot_take_paper_back(night, turn, seat, typist):
    paper = make_paper(seat=seat, turn=turn, now=timezone.now())

    page = text(typist.get(desk(night, f"paper/{paper.pk}/")))
    tried = typist.post(desk(night, f"paper/{paper.pk}/take-back/"))

    assert "take-back" not in page
    assert tried.status_code == 409
    assert PaperSheet.objects.waiting().exists()


def test_another_tabulator_may_compare(night, turn, seat, typist):
    paper = make_paper(seat=seat, turn=turn, now=timezone.now())
    assert f"核对纸表 {seat.code}" in text(typist.get(desk(night)))

    typist.post(checking(night, paper), COMPARED)

    assert ScoreSheet.objects.get().paper == paper


def test_confirming_without_every_tick_keeps_the_ticks(night, turn, seat, supervisor):
    paper = make_paper(seat=seat, turn=turn, now=timezone.now())

    response = supervisor.post(
        checking(night, paper), {"act": "confirm", "same": ["results"]}
    )

    assert response.status_code == 409
    assert "还有 2 项没有对" in text(response)
    assert 'value="results" checked' in text(response)


def test_paper_sent_back_comes_to_the_desk_with_its_reason(
    night, turn, seat, typist, supervisor
):
    paper = make_paper(seat=seat, turn=turn, by=typist.user, now=timezone.now())
    short = supervisor.post(checking(night, paper), {"act": "return", "remark": "错"})
    assert short.status_code == 422

    back = {"act": "return", "remark": "现场展示抄错了"}
    assert "已退回" in text(supervisor.post(checking(night, paper), back, follow=True))

    page = text(typist.get(desk(night)))
    assert f"退回重录 {seat.code}" in page
    assert "现场展示抄错了" in page
    make_paper(seat=seat, turn=turn, by=typist.user, now=timezone.now())
    assert "退回重录 A01" not in text(typist.get(desk(night)))


def test_a_reminder_moves_paper_to_the_top_of_the_queue(
    night, turn, seat, typist, supervisor
):
    other = night.seats.get(code="C01")
    first = make_paper(seat=other, turn=turn, now=timezone.now())
    mine = make_paper(seat=seat, turn=turn, by=typist.user, now=timezone.now())

    typist.post(desk(night, f"paper/{mine.pk}/remind/"))

    queue = text(supervisor.get(f"/supervise/{night.contest.slug}/"))
    assert queue.index(checking(night, mine)) < queue.index(checking(night, first))
    assert "又催" in queue


def test_the_list_is_not_sent_again_while_nothing_changes(night, turn, seat, typist):
    first = typist.get(desk(night, "todo/"))
    again = typist.get(desk(night, "todo/"), headers={"If-None-Match": first["ETag"]})
    make_paper(seat=seat, turn=turn, now=timezone.now())
    changed = typist.get(desk(night, "todo/"), headers={"If-None-Match": first["ETag"]})

    assert [each.status_code for each in (first, again, changed)] == [200, 304, 200]


def test_nobody_sees_a_mark_of_a_device_before_the_lock(night, turn, seat, typist):
    make_sheet(
        seat=seat,
        turn=turn,
        marks={"results": "57.5", "presentation": "38.5"},
        now=timezone.now(),
    )

    pages = [
        typist.get(desk(night)),
        typist.get(desk(night, "todo/")),
        typist.get(entry(night, turn, seat)),
    ]

    assert all(not re.search(r"57\.5|38\.5|96\.0", text(page)) for page in pages)
    assert "已经收到一份" in text(pages[2])
    versions = desk(night, f"sheets/{turn.pk}/{seat.pk}/")
    assert typist.get(versions).status_code == 404


def test_a_locked_sheet_is_corrected_by_two_people_and_both_versions_are_read(
    night, turn, seat, typist, supervisor
):
    lock(turn, night)
    address = desk(night, f"sheets/{turn.pk}/{seat.pk}/")
    typist.post(
        address,
        {
            "mark-results": "22.5",
            "mark-presentation": "30",
            "reason": "把 22.5 按成 50，本人当场提出",
        },
    )
    proposal = Proposal.objects.get(kind="sheet.correction")
    assert fixing(night, proposal) in text(
        supervisor.get(f"/supervise/{night.contest.slug}/")
    )
    compared = text(supervisor.get(fixing(night, proposal)))
    assert "<s>50.0</s>" in compared
    assert "<b>22.5</b>" in compared

    done = supervisor.post(fixing(night, proposal), {"act": "confirm"}, follow=True)

    assert "已同意更正" in text(done)
    page = text(typist.get(address))
    assert "第 1 版" in page
    assert "<s>80.0</s>" in page
    assert "<b>52.5</b>" in page
    assert "本人当场提出" in page


def test_a_correction_keeps_what_was_typed_when_it_is_refused(
    night, turn, seat, typist
):
    lock(turn, night)

    response = typist.post(
        desk(night, f"sheets/{turn.pk}/{seat.pk}/"),
        {"mark-results": "61", "mark-presentation": "30", "reason": "按错一个数"},
    )

    assert response.status_code == 422
    assert "您填的是 61，超过了 60。" in text(response)
    assert 'value="61"' in text(response)
    assert "至少 8 个字" in text(response)
    assert "按错一个数</textarea>" in text(response)


def test_whoever_proposed_a_correction_finds_no_button_to_agree(night, turn, seat):
    both = client_of(Role.TABULATOR, Role.SUPERVISOR)
    lock(turn, night)
    proposal = services.propose_correction(
        by=both.user,
        turn=turn,
        seat=seat,
        marks={"results": "1", "presentation": "1"},
        reason="按纸面更正",
        now=timezone.now(),
    )

    page = text(both.get(fixing(night, proposal)))
    tried = both.post(fixing(night, proposal), {"act": "confirm"})

    assert 'value="confirm"' not in page
    assert tried.status_code == 409
    assert ScoreSheet.objects.filter(source=Source.CORRECTION).count() == 0


def test_a_late_sheet_is_proposed_at_the_desk_and_agreed_to_by_the_supervisor(
    night, turn, seat, typist, supervisor
):
    lock(turn, night)
    late = make_late(seat=seat, turn=turn, now=timezone.now())
    address = desk(night, f"late/{late.pk}/")
    assert address in text(typist.get(desk(night)))

    typist.post(address, {"act": "count", "reason": "锁定前已经在设备上提交"})
    assert "等监督员同意" in text(typist.get(address))
    proposal = Proposal.objects.get(kind="sheet.late")
    supervisor.post(fixing(night, proposal), {"act": "confirm"})

    assert LateOutcome.objects.get().sheet.total == 82
    assert "已计入" in text(typist.get(address))


def test_a_late_sheet_is_filed_with_its_reason(night, turn, seat, typist):
    lock(turn, night)
    late = make_late(seat=seat, turn=turn, now=timezone.now())
    address = desk(night, f"late/{late.pk}/")

    assert typist.post(address, {"act": "file", "reason": "短"}).status_code == 422
    typist.post(address, {"act": "file", "reason": "评委确认以原来一版为准"})

    assert "已留档，不计入" in text(typist.get(address))
    assert address not in text(typist.get(desk(night)))


def test_a_supervisor_sends_a_correction_back_with_a_reason(
    night, turn, seat, supervisor
):
    lock(turn, night)
    proposal = services.propose_correction(
        by=make_user(),
        turn=turn,
        seat=seat,
        marks={"results": "1", "presentation": "1"},
        reason="按纸面更正",
        now=timezone.now(),
    )

    short = supervisor.post(
        fixing(night, proposal), {"act": "reject", "remark": "不行"}
    )
    done = supervisor.post(
        fixing(night, proposal),
        {"act": "reject", "remark": "没有纸面说明，请补上"},
        follow=True,
    )

    assert short.status_code == 422
    assert "已退回" in text(done)
    assert not ScoreSheet.objects.filter(source=Source.CORRECTION).exists()


# To print


def test_forms_are_printed_for_every_seat_of_an_entry_two_on_a_page(
    night, turn, typist
):
    page = text(typist.get(desk(night, f"forms/?turn={turn.pk}")))

    assert "共 2 份，1 张 A4" in page
    for seat in night.seats.all():
        code = check_code(turn, seat)
        assert f"{seat.code}-{turn.entry.plate}" in page
        assert f"{code[:2]} {code[2:]}" in page


def test_forms_are_printed_for_every_entry_of_a_seat(night, turn, seat, typist):
    page = text(typist.get(desk(night, f"forms/?seat={seat.pk}")))

    numbers = set(re.findall(r"A01-\d\d", page))
    assert numbers == {f"A01-{each.entry.plate}" for each in turn.round.turns.all()}


@pytest.mark.parametrize("query", ["", "?turn=x", "?seat=99999999999999999999"])
def test_without_a_choice_no_form_is_made(night, turn, typist, query):
    response = typist.get(desk(night, f"forms/{query}"))

    assert response.status_code == 200
    assert 'class="sheet' not in text(response)
    assert "至少选一个单位或者一个席位" in text(response)


# Who gets in


@pytest.mark.parametrize(
    "role", [Role.HOST, Role.ADMINISTRATOR, Role.SUPERVISOR, Role.AUDITOR]
)
def test_nobody_else_types(night, turn, seat, role):
    client = client_of(role)

    assert client.get(desk(night)).status_code == 403
    assert client.post(entry(night, turn, seat), typed(turn, seat)).status_code == 403
    assert not PaperSheet.objects.exists()


@pytest.mark.parametrize("role", [Role.HOST, Role.ADMINISTRATOR, Role.AUDITOR])
def test_nobody_else_compares(night, turn, seat, role):
    paper = make_paper(seat=seat, turn=turn, now=timezone.now())

    assert client_of(role).post(checking(night, paper), COMPARED).status_code == 403
    assert not ScoreSheet.objects.exists()


def test_a_tabulator_does_not_agree_to_corrections(night, turn, seat, typist):
    lock(turn, night)
    proposal = services.propose_correction(
        by=make_user(),
        turn=turn,
        seat=seat,
        marks={"results": "1", "presentation": "1"},
        reason="按纸面更正",
        now=timezone.now(),
    )

    assert typist.post(fixing(night, proposal), COMPARED).status_code == 403


def test_an_auditor_reads_the_versions_and_proposes_nothing(night, turn, seat):
    lock(turn, night)
    auditor, address = (
        client_of(Role.AUDITOR),
        desk(night, f"sheets/{turn.pk}/{seat.pk}/"),
    )

    page = text(auditor.get(address))
    auditor.post(
        address,
        {"mark-results": "1", "mark-presentation": "1", "reason": "想改一下这个分数"},
    )

    assert "第 1 版" in page
    assert 'name="reason"' not in page
    assert not Proposal.objects.filter(kind="sheet.correction").exists()


@pytest.mark.parametrize("rest", ["paper/{paper}/", "late/{late}/"])
def test_what_belongs_to_another_night_is_not_found(night, turn, seat, typist, rest):
    paper = make_paper(seat=seat, turn=turn, now=timezone.now())
    late = make_late(seat=seat, turn=turn, now=timezone.now())
    other = make_night_today(seats=1)

    address = desk(other, rest.format(paper=paper.pk, late=late.pk))

    assert typist.get(address).status_code == 404
