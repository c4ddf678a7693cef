"""The sample's nominations: most in time, some returned and mended, a few never begun."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from showcase.contests.models import Contest, Entry
from showcase.nominations.queries import standing_of
from showcase.nominations.rules import Draft
from showcase.nominations.services import (
    add_evidence,
    return_nomination,
    save_draft,
    submit_nomination,
)
from site_cms.accounts.models import User
from site_cms.media.services import add_upload
from voting.sample.chance import share

# Units that let the deadline pass.
NEVER_SUBMITTED = frozenset({"76", "79", "90"})
# Units whose first version was returned, and why.
RETURNED = {
    "31": "“修好 420 户”请附台账：写明哪些村、哪天修的、谁验收。",
    "58": "请写清 600 户是怎样选的，并说明记账户自己看到了什么。",
}
_WRITING = timedelta(days=4)
_BEFORE_RETURN = timedelta(hours=20)


def add_nominations(
    sample: dict[str, Any],
    contest: Contest,
    entries: dict[str, Entry],
    *,
    people: dict[str, User],
    now: datetime,
) -> None:
    """Bring each nomination to where it stands at ``now``."""
    for written in [*sample["units"], *sample["candidates"]]:
        code = written["code"]
        _add(
            written,
            entries[code],
            hands_in_at=_hand_in(contest, code),
            returned_by=people["chushen"],
            now=now,
        )


def _hand_in(contest: Contest, code: str) -> datetime | None:
    """Late rather than early, as people are. None: this unit never does."""
    if code in NEVER_SUBMITTED:
        return None
    opens, closes = contest.nomination_opens_at, contest.nomination_closes_at
    if code in RETURNED:
        return opens + (closes - opens) * 0.8
    late = 1 - (1 - share(code, "pace")) ** 2
    return opens + _WRITING + (closes - opens - _WRITING * 1.1) * late


def _add(
    written: dict[str, Any],
    entry: Entry,
    *,
    hands_in_at: datetime | None,
    returned_by: User,
    now: datetime,
) -> None:
    begins_at = (
        hands_in_at - _WRITING if hands_in_at else entry.contest.nomination_closes_at
    )
    if begins_at >= now or hands_in_at is None:
        return
    editor = User.objects.get(username=entry.unit.code)
    is_ready = hands_in_at < now
    _write(written, entry, by=editor, now=begins_at, whole=is_ready)
    if not is_ready:
        return
    submit_nomination(by=editor, entry=entry, **_shown(entry, now=hands_in_at))
    remark = RETURNED.get(written["code"])
    returned_at = hands_in_at + _BEFORE_RETURN
    if remark is None or returned_at >= now:
        return
    return_nomination(
        by=returned_by, entry=entry, version=1, remark=remark, now=returned_at
    )
    again_at = returned_at + _BEFORE_RETURN
    if again_at < now:
        submit_nomination(by=editor, entry=entry, **_shown(entry, now=again_at))


def _shown(entry: Entry, *, now: datetime) -> dict[str, Any]:
    """What the unit has before it when it presses the button."""
    nomination = standing_of(entry, now=now).nomination
    return {"revision": nomination.revision, "now": now}


def _write(
    written: dict[str, Any], entry: Entry, *, by: User, now: datetime, whole: bool
) -> None:
    """The whole text, or as much as a unit has after a first sitting."""
    paragraphs = list(_statement(written))
    statement = "\n".join(paragraphs if whole else paragraphs[:1])
    save_draft(
        by=by,
        entry=entry,
        draft=Draft(
            statement=statement,
            figures=_figures(written) if whole else [],
            contact_name=entry.unit.contact_name,
            contact_phone=entry.unit.contact_phone,
            captions={},
        ),
        revision=0,
        now=now,
    )
    if whole:
        _add_evidence(written, entry, by=by, now=now)


def _statement(written: dict[str, Any]) -> Iterator[str]:
    if "statement" in written:
        yield from (
            f"{text}。" for text in written["statement"].rstrip("。").split("。")
        )
        return
    yield written["lead"]
    yield from written["story"]


def _figures(written: dict[str, Any]) -> list[dict[str, str]]:
    figures = written.get("figures") or [written["figure"]]
    names = ("value", "unit", "label", "period", "source")
    return [{name: figure[name] for name in names} for figure in figures]


def _add_evidence(
    written: dict[str, Any], entry: Entry, *, by: User, now: datetime
) -> None:
    """An excerpt of the unit's own record of its figures."""
    lines = ["项目,数值,计量单位,统计时间,来源"]
    for figure in _figures(written):
        names = ("label", "value", "unit", "period", "source")
        lines.append(",".join(figure[name] for name in names))
    file = SimpleUploadedFile(
        f"{entry.unit.short_name}台账摘录.csv", "\r\n".join(lines).encode("utf-8-sig")
    )
    add_evidence(
        by=by,
        entry=entry,
        document=add_upload(by=by, file=file, collection=entry.unit.collection),
        caption="主要数字的台账摘录",
        now=now,
    )
