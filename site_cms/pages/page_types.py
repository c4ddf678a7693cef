"""The pages that any site has: home, news, notices, help.

What the home page shows of a contest comes from template tags of the packages above.
"""

from functools import cached_property
from typing import Self

from django.core.paginator import Page as PageOfList
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import PageManager, PageQuerySet
from wagtail.search import index

from site_cms.design.blocks import PlainBody
from site_cms.pages.open_page import OpenPage
from site_cms.pages.renditions import HERO, Shown, body_pictures

ARTICLES_A_PAGE = 20
ARTICLES_ON_HOME = 4

# Besides its title, what a page is found by.
_TEXT = [
    found_by(name)
    for name in ("intro", "body")
    for found_by in (index.SearchField, index.AutocompleteField)
]

LIST_TEMPLATE = "site_cms/article_index_page.html"
ARTICLE_TEMPLATE = "site_cms/article_page.html"


class HomePage(OpenPage):
    """The front door. Stage, doors, units and figures are drawn by its template."""

    hero_title = models.CharField(
        "大标题", max_length=40, default="这一年的实事，请您来评"
    )
    hero_text = models.CharField(
        "大标题下面的话",
        max_length=40,
        default="单位晒出办成的事，您来看，您来评。",
        help_text="一两句话，最多 40 个字，不遮住下面的画面。",
    )
    hero_image = models.ForeignKey(
        "site_cms.SiteImage",
        models.SET_NULL,
        verbose_name="大图",
        null=True,
        blank=True,
        related_name="+",
        help_text="横幅照片，至少 1600 像素宽。不选时用自带的插画。",
    )

    content_panels = [
        *OpenPage.content_panels,
        FieldPanel("hero_title"),
        FieldPanel("hero_text"),
        FieldPanel("hero_image"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1
    template = "site_cms/home_page.html"

    class Meta:
        verbose_name = verbose_name_plural = "首页"

    def pictures(self) -> list[Shown]:
        return [(self.hero_image, HERO)] if self.hero_image else []

    def get_context(self, request, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | {
            "articles": newest_articles(ARTICLES_ON_HOME),
            "notice_index": NoticeIndexPage.objects.live().first(),
        }


class ArticleQuerySet(PageQuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-published_on", "-pk")

    def later_than(self, article: "Article") -> Self:
        return self.filter(
            Q(published_on__gt=article.published_on)
            | Q(published_on=article.published_on, pk__gt=article.pk)
        ).order_by("published_on", "pk")

    def earlier_than(self, article: "Article") -> Self:
        return self.filter(
            Q(published_on__lt=article.published_on)
            | Q(published_on=article.published_on, pk__lt=article.pk)
        ).newest_first()


ArticleManager = PageManager.from_queryset(ArticleQuerySet)


class Article(OpenPage):
    """A dated page: what notices and news have in common."""

    published_on = models.DateField("日期", default=timezone.localdate)
    intro = models.CharField("摘要", max_length=120, blank=True)
    source = models.CharField("来源", max_length=40, blank=True)
    editor = models.CharField("责任编辑", max_length=20, blank=True)
    body = StreamField(PlainBody(), verbose_name="正文", blank=True)

    objects = ArticleManager()

    content_panels = [
        *OpenPage.content_panels,
        FieldPanel("published_on"),
        FieldPanel("intro"),
        FieldPanel("source"),
        FieldPanel("editor"),
        FieldPanel("body"),
    ]
    search_fields = [*OpenPage.search_fields, *_TEXT]
    subpage_types: list[str] = []

    class Meta:
        abstract = True

    def pictures(self) -> list[Shown]:
        return body_pictures(self.body)

    @cached_property
    def column_title(self) -> str:
        return self.get_parent().title

    @property
    def later(self) -> Self | None:
        """The next one of its column, towards today."""
        return type(self).objects.live().sibling_of(self).later_than(self).first()

    @property
    def earlier(self) -> Self | None:
        return type(self).objects.live().sibling_of(self).earlier_than(self).first()


class ArticleIndex(OpenPage):
    """A list of dated pages, newest first."""

    subpage_types: list[str]
    parent_page_types = ["site_cms.HomePage"]
    max_count = 1
    queries_that_count = ("page",)

    class Meta:
        abstract = True

    def get_context(self, request, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | {
            "articles": self.articles(request.GET.get("page"))
        }

    def articles(self, number: str | None) -> PageOfList:
        """One page of the list; a number that does not exist shows the nearest one."""
        model = self._meta.apps.get_model(self.subpage_types[0])
        listed = model.objects.child_of(self).live().newest_first()
        return Paginator(listed, ARTICLES_A_PAGE).get_page(number)


class NoticeIndexPage(ArticleIndex):
    subpage_types = ["site_cms.NoticePage"]
    template = LIST_TEMPLATE

    class Meta:
        verbose_name = verbose_name_plural = "公告栏目"


class NoticePage(Article):
    parent_page_types = ["site_cms.NoticeIndexPage"]
    template = ARTICLE_TEMPLATE

    class Meta:
        verbose_name = verbose_name_plural = "公告"


class NewsIndexPage(ArticleIndex):
    subpage_types = ["site_cms.NewsPage"]
    template = LIST_TEMPLATE

    class Meta:
        verbose_name = verbose_name_plural = "动态栏目"


class NewsPage(Article):
    parent_page_types = ["site_cms.NewsIndexPage"]
    template = ARTICLE_TEMPLATE

    class Meta:
        verbose_name = verbose_name_plural = "动态"


class HelpPage(OpenPage):
    """A page without a date: help, privacy, accessibility."""

    intro = models.CharField("摘要", max_length=120, blank=True)
    body = StreamField(PlainBody(), verbose_name="正文", blank=True)

    content_panels = [*OpenPage.content_panels, FieldPanel("intro"), FieldPanel("body")]
    search_fields = [*OpenPage.search_fields, *_TEXT]
    parent_page_types = ["site_cms.HomePage"]
    subpage_types: list[str] = []
    template = "site_cms/help_page.html"

    class Meta:
        verbose_name = verbose_name_plural = "说明页"

    def pictures(self) -> list[Shown]:
        return body_pictures(self.body)

    @property
    def others(self) -> models.QuerySet:
        """The site's other pages of this kind, in the order that the office gave them."""
        return (
            HelpPage.objects.live().sibling_of(self, inclusive=False).order_by("path")
        )


def newest_articles(count: int) -> list[Article]:
    """The newest of notices and news together."""
    found = [
        article
        for model in (NoticePage, NewsPage)
        for article in model.objects.live().newest_first()[:count]
    ]
    return sorted(found, key=lambda article: article.published_on, reverse=True)[:count]
