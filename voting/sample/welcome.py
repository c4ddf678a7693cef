"""What the demo prints: where to look at this moment of the contest."""

from showcase.contests.models import Contest
from voting.stage.models import Show


def addresses(contest: Contest) -> list[tuple[str, str]]:
    """(what, path) of every page that is worth a look, the public ones first."""
    show = Show.objects.filter(night__contest=contest).first()
    return [
        ("首页", "/"),
        ("看单位", "/u/"),
        *(_of_poll_and_night(contest, show) if show else []),
        ("实事台账", "/ledger/"),
        ("后台", "/admin/"),
        ("组件总览", "/design/"),
    ]


def _of_poll_and_night(contest: Contest, show: Show) -> list[tuple[str, str]]:
    return [
        ("评一评", f"/vote/{contest.slug}/"),
        ("输投票码", f"/vote/{contest.slug}/code/"),
        ("代录投票码", f"/vote/{contest.slug}/help/"),
        ("印投票码", f"/vote/{contest.slug}/codes/"),
        ("计分规则", f"/rules/{contest.slug}/"),
        ("结果", f"/results/{contest.slug}/"),
        ("现场实况", f"/live/{contest.slug}/"),
        ("大屏", f"/screen/{show.token}/"),
        ("主持台", f"/host/{contest.slug}/"),
        ("监督台", f"/supervise/{contest.slug}/"),
        ("结果管理", f"/results/{contest.slug}/manage/"),
        ("揭晓准备", f"/results/{contest.slug}/reveal/"),
        ("公示和异议", f"/results/{contest.slug}/notice/"),
        ("数据包", f"/log/{contest.slug}/bundle/"),
    ]
