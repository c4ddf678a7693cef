"""What stands on certificates and share pictures: rows of a result become plain words."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from site_cms.templatetags.design import day
from voting.results.certificates import Certificate
from voting.results.honour_models import CertificateWording
from voting.results.honour_queries import Honours
from voting.results.honour_rules import certificate_number, filled_in, written_date
from voting.results.share_pictures import Shared, Winner
from voting.results.standings import Row

# A unit and a score as long as they get, so that what fits here fits each winner.
_LONGEST_UNIT = "县人力资源和社会保障局"
_SAMPLE_FACTS = {"单位": _LONGEST_UNIT, "名次": "并列第 10 名", "得分": "100.00"}


def certificate_of(honours: Honours, row: Row) -> Certificate:
    """Only for a final result: its date is when two people made it so."""
    wording, contest = honours.wording, honours.contest
    facts = {
        "活动": contest.name,
        "单位": row.name,
        "名次": row.place,
        "得分": row.score,
    }
    finalised_on = timezone.localdate(honours.finalised_at)
    return Certificate(
        title=wording.title,
        recipient=row.name,
        body=filled_in(wording.body, facts),
        awarders=tuple(wording.awarder_lines),
        date=written_date(finalised_on),
        number=certificate_number(wording.number_prefix, row.plate),
        approval=contest.approval_number,
        address=_address(contest.slug),
        band=_band(contest),
    )


def sample_certificate(wording: CertificateWording, *, today) -> Certificate:
    """How a certificate will look, before anybody has a flag."""
    contest = wording.contest
    return Certificate(
        title=wording.title,
        recipient="单位名称",
        body=sample_body(contest.name, wording.body),
        awarders=tuple(wording.awarder_lines),
        date=written_date(today),
        number=certificate_number(wording.number_prefix, "00"),
        approval=contest.approval_number,
        address=_address(contest.slug),
        band="样张：只看版面，单位、名次、得分和日期都不是真的",
    )


def sample_body(contest: str, body: str) -> str:
    return filled_in(body, _SAMPLE_FACTS | {"活动": contest})


def shared_of(honours: Honours) -> Shared:
    contest = honours.contest
    return Shared(
        contest=contest.name,
        honour="红旗单位" if honours.is_final else "拟授红旗单位",
        state=_state(honours),
        address=_address(contest.slug),
        band=_band(contest),
    )


def winner_of(honours: Honours, row: Row) -> Winner:
    page = honours.page_of(row)
    return Winner(
        rank=row.rank,
        name=row.name,
        one_line=page.one_line if page else "",
        place=row.place,
        score=row.score,
    )


def _state(honours: Honours) -> str:
    """Until it is final a picture says so, wherever it is passed on to."""
    revision = honours.result.publication.revision
    closes_at = honours.contest.notice_closes_at
    corrected = f"更正第 {revision} 版" if revision else ""
    if honours.is_final:
        return f"最终结果（{corrected}）" if corrected else ""
    until = (
        f"公示到 {day(closes_at)}，有异议请实名提出" if closes_at else "还没有最终确定"
    )
    return "　".join(filter(None, ["拟定结果", corrected, until]))


def _address(slug: str) -> str:
    return settings.PUBLIC_ORIGIN + reverse("voting:results", args=[slug])


def _band(contest) -> str:
    return f"示例：{contest.practice_note}" if contest.practice else ""
