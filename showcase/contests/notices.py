"""What the public is told of a contest while it runs: a notice as text, and its page."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from showcase.contests.models import Contest
from site_cms.accounts.models import User
from site_cms.pages.page_types import NoticeIndexPage, NoticePage
from site_cms.pages.services import publish_notice


@dataclass(frozen=True, slots=True)
class Notice:
    """A title and paragraphs, the first of which stands in lists too."""

    title: str
    paragraphs: tuple[str, ...]

    @property
    def intro(self) -> str:
        return self.paragraphs[0]

    @property
    def body(self) -> SafeString:
        return SafeString(
            "".join(format_html("<p>{}</p>", line) for line in self.paragraphs[1:])
        )


def publish_about(
    *, by: User | None, contest: Contest, notice: Notice, word: str, now: datetime
) -> NoticePage | None:
    """Tell the public, as far as the public knows of this contest at all.

    ``word`` begins the address; a contest may have several notices of one word.
    """
    index = NoticeIndexPage.objects.first()
    if contest.hidden or index is None:
        return None
    start = f"{word}-{contest.slug}"
    count = index.get_children().filter(slug__startswith=start).count()
    return publish_notice(
        by=by,
        title=notice.title,
        slug=f"{start}-{count + 1}",
        published_on=timezone.localdate(now),
        now=now,
        intro=notice.intro,
        body=[("paragraph", notice.body)],
    )
