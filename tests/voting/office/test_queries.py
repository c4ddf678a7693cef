import pytest
from django.utils import timezone

from site_cms.accounts.roles import Role
from tests.factories import (
    DAY,
    NOW,
    make_contest,
    make_decided_contest,
    make_device,
    make_final_result,
    make_night,
    make_open_turn,
    make_operator,
    make_publication,
    make_rule_sheet,
    make_seat,
    make_sheet,
    make_standing_result,
    make_user,
    open_poll,
)
from tests.factories.integrity import hold, make_group, officer, propose, supervisor
from voting.judging import services as judging
from voting.office.queries import jobs_of
from voting.polls.models import Poll
from voting.polls.services import pause_poll
from voting.results.services import release_result
from voting.rulesheets.services import propose_freeze

pytestmark = pytest.mark.django_db


def names(*roles: Role, contest) -> list[str]:
    return [job.name for job in jobs_of(make_operator(*roles), contest, now=NOW)]


def waiting(user, contest) -> dict[str, str]:
    return {
        job.name: job.waiting for job in jobs_of(user, contest, now=NOW) if job.waiting
    }


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        pytest.param(
            Role.ADMINISTRATOR,
            [
                "编写计分规则",
                "冻结计分规则",
                "设定民意测评",
                "演练评比会",
                "计算、确定和更正结果",
            ],
            id="administrator",
        ),
        pytest.param(
            Role.HOST, ["演练评比会", "主持现场评比会", "打印执行单"], id="host"
        ),
        pytest.param(
            Role.SUPERVISOR,
            ["冻结计分规则", "监督签认", "计算、确定和更正结果"],
            id="supervisor",
        ),
        pytest.param(Role.TABULATOR, ["计分席"], id="tabulator"),
        pytest.param(Role.AUDITOR, ["查看锁定的评分表"], id="auditor"),
        pytest.param(Role.UNIT_EDITOR, [], id="unit-editor"),
    ],
)
def test_everybody_is_shown_the_pages_of_their_roles(role, expected):
    assert names(role, contest=make_night().contest) == expected


def test_a_new_contest_asks_for_its_rules_first():
    assert names(Role.ADMINISTRATOR, Role.HOST, contest=make_contest()) == [
        "编写计分规则"
    ]


def test_an_open_poll_is_looked_after_and_a_pause_waits_for_its_end():
    poll, by = Poll.objects.get(pk=open_poll().id), make_operator(Role.ADMINISTRATOR)
    now = timezone.now()

    def job() -> tuple[str, str]:
        [found] = [
            each
            for each in jobs_of(by, poll.contest, now=now)
            if each.name == "看民意测评情况"
        ]
        return found.state, found.waiting

    running = job()
    pause_poll(by=by, poll=poll, notice="正在核查。", now=now)

    assert running == ("正在投票", "")
    assert job() == ("暂停中，不收选票", "等人恢复投票")


def test_a_freeze_waits_for_the_second_person_only():
    sheet = make_rule_sheet()
    first = make_operator(Role.ADMINISTRATOR, Role.SUPERVISOR)
    propose_freeze(by=first, rule_sheet=sheet, reason="都核对过了", now=NOW)

    assert waiting(first, sheet.contest) == {}
    assert waiting(make_operator(Role.SUPERVISOR), sheet.contest) == {
        "冻结计分规则": "等您确认"
    }


def test_a_lock_waits_for_a_supervisor():
    night = make_night(seats=1)
    turn = make_open_turn(night)
    for seat in night.seats.all():
        make_sheet(seat=seat, turn=turn)
    judging.request_lock(by=make_operator(Role.HOST), turn=turn, now=NOW)

    assert waiting(make_operator(Role.SUPERVISOR), night.contest) == {
        "监督签认": "1 件等您签认"
    }


def test_a_judge_with_a_new_telephone_waits_for_the_host():
    night = make_night(opened=False)
    seat = make_seat(night=night, code="A09")
    make_device(seat=seat)
    make_device(seat=seat, generation=None, allowed_at=None)

    assert waiting(make_operator(Role.HOST), night.contest) == {
        "主持现场评比会": "1 位评委换了手机，等您同意"
    }


def test_suspicious_groups_wait_for_the_officer_and_proposals_for_the_second_person():
    poll = open_poll()
    contest, by = Poll.objects.get(pk=poll.id).contest, officer()
    make_group(poll)
    held = make_group(poll)
    hold(held)

    assert waiting(by, contest) == {"防刷票": "2 件等您"}
    propose(held, by=by)
    assert waiting(by, contest) == {"防刷票": "1 件等您"}
    assert waiting(supervisor(), contest) == {"防刷票": "1 件等您"}


def test_a_night_is_prepared_by_administrator_and_host_until_it_opens():
    night = make_night(opened=False, entries=0)
    users = [named.user for named in night.supervisors.all()]
    judging.name_supervisors(by=None, night=night, users=users[:1], now=NOW)
    found = [
        (job.state, job.waiting)
        for role in (Role.ADMINISTRATOR, Role.HOST)
        for job in jobs_of(make_operator(role), night.contest, now=NOW)
        if job.name == "筹备现场评比会"
    ]

    assert found == [("4 个席位", "还差 1 位现场监督员")] * 2
    assert "筹备现场评比会" not in names(Role.SUPERVISOR, contest=night.contest)
    assert "筹备现场评比会" not in names(Role.HOST, contest=make_night().contest)


def test_between_the_result_and_its_release_the_reveal_is_prepared():
    def found(contest) -> bool:
        return "准备揭晓" in names(Role.ADMINISTRATOR, contest=contest)

    assert not found(make_decided_contest())
    assert found(make_standing_result().contest)
    assert not found(make_publication().contest)


def test_after_the_release_there_are_pictures_and_at_the_end_certificates():
    def afterwards(contest) -> list[tuple[str, str]]:
        jobs = jobs_of(make_operator(Role.ADMINISTRATOR), contest, now=NOW + 30 * DAY)
        return [
            (job.name, job.state)
            for job in jobs
            if job.name in ("证书和分享图", "照这一届办下一届")
        ]

    final = make_final_result().publication.contest
    final.refresh_from_db()

    assert afterwards(make_decided_contest()) == []
    assert afterwards(make_publication().contest) == [
        ("证书和分享图", "现在只有标着“拟定结果”的分享图")
    ]
    assert afterwards(final) == [
        ("证书和分享图", "可以下载、打印"),
        ("照这一届办下一届", "规则、时间和单位带过去，选票和评分不带"),
    ]


def test_a_reveal_is_prepared_between_the_standing_and_the_public_result():
    contest = make_decided_contest()
    seen = [names(Role.ADMINISTRATOR, contest=contest)]
    make_standing_result(contest)
    seen.append(names(Role.ADMINISTRATOR, contest=contest))
    release_result(by=make_user(), contest=contest, now=NOW)
    seen.append(names(Role.ADMINISTRATOR, contest=contest))

    assert ["准备揭晓" in jobs for jobs in seen] == [False, True, False]
