"""What an operator can work on in a contest, and what waits for this very person."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from showcase.contests.models import Contest
from showcase.contests.proposal_queries import entries_waiting
from showcase.contests.queries import acts_open
from showcase.contests.rules import Act, Stage
from showcase.contests.withdrawal_queries import KINDS as WITHDRAWALS
from showcase.nominations.queries import Selection, overview
from showcase.nominations.rules import State
from showcase.pages.moderation.queries import queue_of
from showcase.reviews.models import ReviewRound, Step
from showcase.reviews.queries import (
    against_ranking,
    days_left,
    is_open,
    ranking_of,
    reviews_waiting,
    rounds_of,
    situation_of,
    standing_selection,
    tie_proposal,
)
from site_cms.accounts.models import User
from site_cms.accounts.queries import roles_of
from site_cms.accounts.roles import Role
from site_cms.trail.models import Proposal
from voting.integrity.entry_notice_queries import KINDS as NOTICES
from voting.integrity.overview_queries import overview_of
from voting.integrity.thresholds_queries import thresholds_of
from voting.judging.draw_queries import drawings_of
from voting.judging.models import Night
from voting.judging.queries import (
    devices_waiting,
    night_of,
    proposals_for_supervisor,
)
from voting.judging.rehearsal_queries import (
    is_drawn,
    rehearsal_lines,
    rehearsal_of,
)
from voting.judging.setup_queries import named_supervisors
from voting.judging.setup_rules import SUPERVISORS_NEEDED
from voting.judging.tabulator_queries import todo_of
from voting.polls.models import Poll
from voting.polls.queries import open_pause
from voting.polls.voter_queries import number_of_codes
from voting.results.finalising_queries import (
    against_finalising,
    final_of,
    finalise_proposal,
    reopen_proposal,
)
from voting.results.notice_queries import notice_of
from voting.results.objection_queries import replies_waiting
from voting.results.points_queries import points_proposals
from voting.results.queries import (
    latest_computation,
    publish_proposal,
    release_of,
    standing_result,
)
from voting.results.reveal_queries import (
    current_script,
    is_made_up,
    is_released,
    running_reveal,
)
from voting.results.revising_queries import is_same, revise_proposal
from voting.results.tie_queries import (
    decision_proposals,
    latest_lot,
    open_ties,
    seed_proposal,
)
from voting.rulesheets.models import RuleSheet
from voting.rulesheets.queries import freeze_proposal, rule_sheet_of


@dataclass(frozen=True, slots=True)
class Job:
    """A page to work on. ``waiting`` says what this person is asked for, if anything."""

    name: str
    url: str
    state: str
    waiting: str = ""


def jobs_of(user: User, contest: Contest, *, now: datetime) -> list[Job]:
    """In the order of the contest's life; only pages that this person's roles may open."""
    roles = roles_of(user)
    sheet, night = rule_sheet_of(contest), night_of(contest)
    jobs = []
    if contest.nomination_opens_at and not roles.isdisjoint(_LOOK_AFTER_NOMINATIONS):
        jobs.append(_nominations(contest, now))
    jobs += _reviewing(user, roles, contest, now)
    if not roles.isdisjoint({Role.REVIEWER_FIRST, Role.REVIEWER_SECOND}):
        jobs += _pages_to_review(user, contest, now)
    if Role.ADMINISTRATOR in roles:
        jobs.append(_rules(contest, sheet))
    if sheet and not roles.isdisjoint({Role.ADMINISTRATOR, Role.SUPERVISOR}):
        jobs.append(_freeze(user, roles, contest, sheet))
    jobs += _printed_codes(roles, contest)
    if Role.ADMINISTRATOR in roles:
        jobs += _poll(contest, sheet, now)
    if Role.INTEGRITY in roles:
        jobs += _thresholds(contest)
    if not roles.isdisjoint({Role.ADMINISTRATOR, Role.SUPERVISOR}):
        jobs += _withdrawals(user, roles, contest)
    if not roles.isdisjoint({Role.INTEGRITY, Role.SUPERVISOR}):
        jobs += _integrity(user, contest, now)
        jobs += _notices(user, roles, contest)
    if sheet and not roles.isdisjoint({Role.ADMINISTRATOR, Role.HOST}):
        jobs += _prepare(contest, night)
    if night and not roles.isdisjoint(_DRAW):
        jobs += _draws(user, roles, contest, night)
    if night and not roles.isdisjoint(_REHEARSE) and not rehearsal_of(contest):
        jobs.append(_rehearsals(contest, now))
    if night and Role.HOST in roles:
        jobs += [_host(contest, night), _run_sheet(contest, night)]
    if night and Role.TABULATOR in roles:
        jobs.append(_tabulate(user, contest, night))
    if night and Role.AUDITOR in roles:
        jobs.append(_versions(contest))
    if night and Role.SUPERVISOR in roles:
        jobs.append(_supervise(user, contest, night))
    if sheet and not roles.isdisjoint({Role.ADMINISTRATOR, Role.SUPERVISOR}):
        jobs += _points(user, roles, contest)
        jobs += _ties(user, roles, contest)
        jobs.append(_result(user, roles, contest, now))
        jobs += _reveal(roles, contest)
        jobs += _objections(user, roles, contest, now)
    if Role.ADMINISTRATOR in roles:
        jobs += _afterwards(contest, now)
    return jobs


_LOOK_AFTER_NOMINATIONS = {
    Role.ADMINISTRATOR,
    Role.REVIEWER_FIRST,
    Role.REVIEWER_SECOND,
}


def _thresholds(contest: Contest) -> list[Job]:
    """Until the poll opens; from then on nobody can change them."""
    poll = Poll.objects.select_related("contest").filter(contest=contest).first()
    if poll is None or poll.is_opened:
        return []
    thresholds = thresholds_of(contest)
    needed = thresholds is None and not contest.practice
    return [
        Job(
            "设定识别阈值",
            reverse("integrity:thresholds", args=[contest.slug]),
            f"第 {thresholds.version} 版" if thresholds else "还没有人设定",
            "开放以前要有人确认" if needed else "",
        )
    ]


def _nominations(contest: Contest, now: datetime) -> Job:
    found = overview(contest, Selection(), now=now)
    late = found.count(State.LATE)
    return Job(
        "查看自荐情况",
        f"{reverse('nominations:index')}?contest={contest.slug}",
        f"已提交 {found.submitted} 个，共 {len(found.every)} 个单位",
        f"{late} 个单位逾期未交" if late else "",
    )


def _pages_to_review(user: User, contest: Contest, now: datetime) -> list[Job]:
    """Nothing while no page waits for this person."""
    mine = [
        each
        for each in queue_of(user, now=now)
        if each.page.entry.contest_id == contest.pk and not each.hindrance
    ]
    if not mine:
        return []
    return [
        Job(
            "审核展示页",
            reverse("page_reviews:queue"),
            f"等得最久的：{mine[0].waits}",
            f"{len(mine)} 页等您审",
        )
    ]


def _printed_codes(roles: frozenset[Role], contest: Contest) -> list[Job]:
    poll = Poll.objects.filter(contest=contest).first()
    if poll is None or "code" not in poll.adapters:
        return []
    jobs = []
    if Role.ADMINISTRATOR in roles:
        made = number_of_codes(poll)
        jobs.append(
            Job("制作纸质投票码", _address("codes", contest), f"已做 {made} 张")
        )
    if Role.HELPER in roles:
        jobs.append(Job("代录投票码", _address("help", contest), "测评期间可以录"))
    return jobs


def _address(name: str, contest: Contest) -> str:
    return reverse(f"voting:{name}", args=[contest.slug])


def _is_second_person(
    user: User, roles: frozenset[Role], proposal: Proposal | None
) -> bool:
    return (
        proposal is not None
        and Role.SUPERVISOR in roles
        and proposal.proposed_by_id != user.pk
    )


def _reviewing(
    user: User, roles: frozenset[Role], contest: Contest, now: datetime
) -> list[Job]:
    """A row a round: for its reviewers their pile, for the others what the round waits for."""
    rounds = rounds_of(contest)
    jobs = []
    waiting = reviews_waiting(user, contest) if roles & _REVIEWERS else {}
    for step, round_ in rounds.items():
        if step in waiting:
            jobs.append(_pile(round_, *waiting[step], now=now))
    if Role.ADMINISTRATOR in roles and contest.nomination_opens_at:
        jobs += [_round(contest, step, rounds.get(step), now) for step in Step]
    if Role.SUPERVISOR in roles:
        jobs += [
            job for round_ in rounds.values() if (job := _tie(user, round_, now=now))
        ]
    return jobs


_REVIEWERS = {Role.REVIEWER_FIRST, Role.REVIEWER_SECOND}


def _pile(round_: ReviewRound, assigned: int, waiting: int, *, now: datetime) -> Job:
    state, left = f"{assigned - waiting}/{assigned} 已提交", days_left(round_, now=now)
    is_now = is_open(round_, now=now)
    if is_now:
        state += f"，还有 {left} 天" if left else "，今天截止"
    return Job(
        f"{round_.get_step_display()}评审",
        reverse("reviews:desk"),
        state,
        f"{waiting} 份等您评审" if waiting and is_now else "",
    )


def _round(
    contest: Contest, step: Step, round_: ReviewRound | None, now: datetime
) -> Job:
    situation = situation_of(round_, now=now)
    return Job(
        f"安排{step.label}",
        reverse(f"reviews:{situation.page}", args=[contest.slug, step]),
        situation.state,
        situation.waiting,
    )


def _tie(user: User, round_: ReviewRound, *, now: datetime) -> Job | None:
    """For the second person, only while a decision on a tie waits."""
    if standing_selection(round_) or against_ranking(round_, now=now):
        return None
    proposal = tie_proposal(round_, ranking_of(round_).inputs_hash)
    if proposal is None:
        return None
    is_own = proposal.proposed_by_id == user.pk
    return Job(
        f"裁定{round_.get_step_display()}并列",
        reverse("reviews:ranking", args=[round_.contest.slug, round_.step]),
        f"{proposal.proposed_by}已经提出",
        "" if is_own else "等您确认",
    )


def _rules(contest: Contest, sheet: RuleSheet | None) -> Job:
    if sheet is None:
        return Job("编写计分规则", _address("rules_edit", contest), "还没有开始")
    state = "已经冻结，只能查看" if sheet.is_frozen else "草稿，可以修改"
    return Job("编写计分规则", _address("rules_edit", contest), state)


def _poll(contest: Contest, sheet: RuleSheet | None, now: datetime) -> list[Job]:
    """After the rules until there is one, and while ballots can come in."""
    if not Poll.objects.filter(contest=contest).exists():
        new = Job("设定民意测评", reverse("polls:add"), "还没有设定")
        return [new] if sheet else []
    if Act.VOTE not in acts_open(contest, now=now):
        return []
    poll = contest.poll
    pause = open_pause(poll.pk)
    return [
        Job(
            "看民意测评情况",
            reverse("polls:health", args=[poll.pk]),
            "暂停中，不收选票" if pause else "正在投票",
            "等人恢复投票" if pause else "",
        )
    ]


def _withdrawals(user: User, roles: frozenset[Role], contest: Contest) -> list[Job]:
    """Only while an entry's leaving or coming back waits for its second person."""
    return [
        Job(
            "同意退出或恢复参评",
            reverse("withdrawals:entry", args=[entry.pk]),
            f"{proposal.proposed_by}提出：{proposal.sentence}",
            "等您确认" if _is_second_person(user, roles, proposal) else "",
        )
        for entry, proposal in entries_waiting(contest, WITHDRAWALS)
    ]


def _integrity(user: User, contest: Contest, now: datetime) -> list[Job]:
    """From the opening of a poll until its contest is archived."""
    poll = Poll.objects.select_related("contest").filter(contest=contest).first()
    if poll is None or not poll.is_opened:
        return []
    overview = overview_of(poll, user=user, now=now)
    mine = sum(each.is_mine for each in overview.waiting)
    numbers = overview.numbers
    return [
        Job(
            "防刷票",
            reverse("integrity:poll", args=[contest.slug]),
            f"识别到 {len(overview.rows)} 组，隔离 {numbers.held} 张，作废 {numbers.void} 张",
            f"{mine} 件等您" if mine else "",
        )
    ]


def _notices(user: User, roles: frozenset[Role], contest: Contest) -> list[Job]:
    """Only while words about an entry wait for their second person."""
    return [
        Job(
            "同意通报",
            reverse("entry_notices:entry", args=[entry.pk]),
            f"{proposal.proposed_by}提出：{proposal.sentence}",
            "等您确认" if _is_second_person(user, roles, proposal) else "",
        )
        for entry, proposal in entries_waiting(contest, NOTICES)
    ]


def _prepare(contest: Contest, night: Night | None) -> list[Job]:
    """Until the night opens; from then on nothing of it can be changed."""
    if Stage.NIGHT in contest.openings.stages():
        return []
    state, waiting = "还没有建立", ""
    if night is not None:
        seats = night.seats.count()
        state = f"{seats} 个席位" if seats else "还没有席位"
        short = SUPERVISORS_NEEDED - len(named_supervisors(night))
        if short > 0 and not contest.practice:
            waiting = f"还差 {short} 位现场监督员"
    return [
        Job(
            "筹备现场评比会",
            reverse("nights:night", args=[contest.slug]),
            state,
            waiting,
        )
    ]


_DRAW = {Role.HOST, Role.ADMINISTRATOR, Role.SUPERVISOR}


def _draws(
    user: User, roles: frozenset[Role], contest: Contest, night: Night
) -> list[Job]:
    """Until every round has its order."""
    jobs = []
    for drawing in drawings_of(night):
        if drawing.drawn:
            continue
        if drawing.proposal:
            state = f"{drawing.proposal.proposed_by}键入了种子，等第二人"
        else:
            state = "名单已公布，等种子" if drawing.published else "还没有公布名单"
        jobs.append(
            Job(
                f"{drawing.round}抽签",
                f"{_address('draw_desk', contest)}?round={drawing.round.code}",
                state,
                "等您确认" if _is_second_person(user, roles, drawing.proposal) else "",
            )
        )
    return jobs


_REHEARSE = {Role.ADMINISTRATOR, Role.HOST}


def _rehearsals(contest: Contest, now: datetime) -> Job:
    lines = rehearsal_lines(contest, now=now)
    last = lines[0] if lines else None
    return Job(
        "演练评比会",
        _address("rehearsals", contest),
        f"第 {last.rehearsal.number} 次：{last.state}" if last else "还没有演练过",
    )


def _run_sheet(contest: Contest, night: Night) -> Job:
    state = "出场顺序已经抽出" if is_drawn(night) else "还没有抽签，顺序是空的"
    return Job("打印执行单", _address("run_sheet", contest), state)


def _freeze(
    user: User, roles: frozenset[Role], contest: Contest, sheet: RuleSheet
) -> Job:
    proposal = None if sheet.is_frozen else freeze_proposal(sheet)
    if sheet.is_frozen:
        state = "已经冻结"
    elif proposal:
        state = f"{proposal.proposed_by}已经提出，等第二人确认"
    else:
        state = "还没有提出"
    return Job(
        "冻结计分规则",
        _address("rules_freeze", contest),
        state,
        "等您确认" if _is_second_person(user, roles, proposal) else "",
    )


def _host(contest: Contest, night: Night) -> Job:
    devices = len(devices_waiting(night))
    return Job(
        "主持现场评比会",
        _address("host", contest),
        "出场、计时、开放和关闭评分、大屏",
        f"{devices} 位评委换了手机，等您同意" if devices else "",
    )


def _tabulate(user: User, contest: Contest, night: Night) -> Job:
    todo = todo_of(user, night)
    return Job(
        "计分席",
        _address("tabulate", contest),
        f"录入纸质评分表，处理迟到的分数和更正；已录 {todo.counts.entered} 份",
        f"{todo.mine} 件等您处理" if todo.mine else "",
    )


def _versions(contest: Contest) -> Job:
    return Job(
        "查看锁定的评分表",
        _address("locked_sheets", contest),
        "每一份的各个版本、理由和经办的两个人",
    )


def _supervise(user: User, contest: Contest, night: Night) -> Job:
    waiting = sum(
        proposal.proposed_by_id != user.pk
        for proposal, _ in proposals_for_supervisor(night)
    )
    return Job(
        "监督签认",
        _address("supervise", contest),
        "签认锁定、纸表和更正",
        f"{waiting} 件等您签认" if waiting else "",
    )


def _result(user: User, roles: frozenset[Role], contest: Contest, now: datetime) -> Job:
    """From the computation to the final result: what has come, and what waits for whom."""
    standing, latest = standing_result(contest), latest_computation(contest)
    proposal = (
        publish_proposal(contest)
        or revise_proposal(contest)
        or finalise_proposal(contest)
        or reopen_proposal(contest)
    )
    waiting = "等您确认" if _is_second_person(user, roles, proposal) else ""
    if proposal:
        state = f"{proposal.proposed_by}已经提出，等第二人：{proposal.sentence}"
    elif final_of(contest, now=now):
        state = "已经最终确定"
    elif standing and not is_same(latest, standing):
        state, waiting = "算出了另一个结果，要不要更正", "要有人处理"
    elif standing and release_of(contest, now=now):
        state = "已经公开"
        if not against_finalising(standing, now=now):
            waiting = "可以最终确定了"
    elif standing:
        state = "已经确定，还没有公开"
    elif latest:
        state = "已经算好，还没有确定"
    else:
        state = "还没有计算"
    return Job(
        "计算、确定和更正结果", _address("results_manage", contest), state, waiting
    )


def _reveal(roles: frozenset[Role], contest: Contest) -> list[Job]:
    """Between the result that stands and the one that is public; in a rehearsal always."""
    script = current_script(contest)
    is_due = script is not None or is_made_up(contest)
    if Role.ADMINISTRATOR not in roles or not is_due or is_released(contest):
        return []
    running = running_reveal(contest)
    if running:
        state = f"正在揭晓，第 {running.step} 步"
    elif script:
        state = f"脚本 {script.code}，封存纸，宣读人的提词卡"
    else:
        state = "还没有写演练用的脚本"
    return [Job("准备揭晓", _address("reveal", contest), state)]


def _ties(user: User, roles: frozenset[Role], contest: Contest) -> list[Job]:
    """Only while equals are open, or while what was done about them waits."""
    latest = latest_computation(contest)
    if latest is None:
        return []
    lot = latest_lot(contest)
    waiting = decision_proposals(contest)
    if lot and lot.seed is None and (seed := seed_proposal(lot)):
        waiting.append(seed)
    groups = len(open_ties(latest))
    if not groups and not waiting:
        return []
    mine = [each for each in waiting if _is_second_person(user, roles, each)]
    return [
        Job(
            "同分抽签或裁定",
            _address("result_ties", contest),
            f"{groups} 组单位分不出先后",
            "等您确认" if mine else "",
        )
    ]


def _points(user: User, roles: frozenset[Role], contest: Contest) -> list[Job]:
    """While points wait for their second person."""
    waiting = points_proposals(contest)
    if not waiting:
        return []
    mine = [each for each in waiting if _is_second_person(user, roles, each)]
    return [
        Job(
            "同意加分扣分",
            _address("result_points", contest),
            f"{waiting[0].proposed_by}提出：{waiting[0].sentence}",
            f"{len(mine)} 件等您确认" if mine else "",
        )
    ]


def _afterwards(contest: Contest, now: datetime) -> list[Job]:
    """What the public result leaves to be done: to hand it over, and to begin again."""
    if release_of(contest, now=now) is None:
        return []
    if final_of(contest, now=now) is None:
        state = "现在只有标着“拟定结果”的分享图"
        return [Job("证书和分享图", _address("honours", contest), state)]
    return [
        Job("证书和分享图", _address("honours", contest), "可以下载、打印"),
        Job(
            "照这一届办下一届",
            reverse("editions:copy", args=[contest.pk]),
            "规则、时间和单位带过去，选票和评分不带",
        ),
    ]


def _objections(
    user: User, roles: frozenset[Role], contest: Contest, now: datetime
) -> list[Job]:
    """From the beginning of the notice until the result is final."""
    notice = notice_of(contest, now=now)
    if notice is None or contest.finalised_at is not None:
        return []
    state = f"公示到 {notice.closes_on}" if notice.is_running else "公示已经截止"
    proposals = replies_waiting(contest)
    mine = sum(_is_second_person(user, roles, each) for each in proposals.values())
    waiting = f"{mine} 件答复等您确认" if mine else ""
    if Role.ADMINISTRATOR in roles and not waiting:
        unanswered = notice.unanswered - len(proposals)
        waiting = f"{unanswered} 件异议没有答复" if unanswered else ""
    return [
        Job(
            "公示和异议",
            _address("objections_desk", contest),
            f"{state}，收到异议 {notice.objections} 件",
            waiting,
        )
    ]
