"""The notices as a feed, for readers and for the county's other sites."""

from datetime import datetime, time

from django.contrib.syndication.views import Feed
from django.utils import timezone
from django.utils.feedgenerator import Rss201rev2Feed

from site_cms.pages.models import GovernmentSettings
from site_cms.pages.page_types import NoticePage
from site_cms.pages.queries import government_of

NOTICES_IN_FEED = 30


class NoticeFeed(Feed):
    feed_type = Rss201rev2Feed
    language = "zh-CN"
    link = "/notices/"

    def get_object(self, request) -> GovernmentSettings:
        return government_of(request)

    def title(self, government: GovernmentSettings) -> str:
        return f"{government.full_name} · 公告"

    def description(self, government: GovernmentSettings) -> str:
        return government.description or "活动的公告，新的在前。"

    def items(self, government: GovernmentSettings) -> list[NoticePage]:
        return list(NoticePage.objects.live().newest_first()[:NOTICES_IN_FEED])

    def item_title(self, notice: NoticePage) -> str:
        return _printable(notice.title)

    def item_description(self, notice: NoticePage) -> str:
        return _printable(notice.intro)

    def item_link(self, notice: NoticePage) -> str:
        return notice.path_on_site

    def item_author_name(self, notice: NoticePage) -> str | None:
        return _printable(notice.source) or None

    def item_pubdate(self, notice: NoticePage) -> datetime:
        """The day that the notice bears; the moment itself where it is of that day."""
        published = notice.first_published_at
        if published and timezone.localdate(published) == notice.published_on:
            return published
        return timezone.make_aware(datetime.combine(notice.published_on, time(9)))


def _printable(text: str) -> str:
    """XML knows no control characters."""
    return "".join(char for char in text if char.isprintable())
