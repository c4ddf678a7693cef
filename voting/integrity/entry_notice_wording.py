"""What the public reads of a notice on an entry: pure text."""

from datetime import datetime

from django.utils import timezone

from showcase.contests.models import Entry
from showcase.contests.notices import Notice
from site_cms.templatetags.design import moment

_NO_COUNT = "通报不改变任何票数、得分和名次；作废选票另有公告。"
_TWO_PEOPLE = "这件事由两名工作人员先后核对同意，记入公开日志，任何人可查。"


def notice_text(entry: Entry, *, words: str, at: datetime) -> Notice:
    return Notice(
        f"关于{entry.unit}的通报",
        (
            f"{_at(at)}，对“{entry.contest}”{entry.plate} 号{entry.unit}通报如下。",
            words,
            _NO_COUNT,
            _TWO_PEOPLE,
        ),
    )


def lifting_text(
    entry: Entry, *, words: str, at: datetime, published_at: datetime
) -> Notice:
    return Notice(
        f"撤销关于{entry.unit}的通报",
        (
            f"{_at(at)}，撤销 {_at(published_at)} 对“{entry.contest}”"
            f"{entry.plate} 号{entry.unit}的通报。",
            f"说明：{words}",
            _TWO_PEOPLE,
        ),
    )


def _at(value: datetime) -> str:
    return moment(timezone.localtime(value))
