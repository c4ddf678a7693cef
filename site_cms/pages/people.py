"""典型人物: people whose work is told, with their consent."""

from typing import Self

from django.db import models
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import PageManager, PagePermissionTester, PageQuerySet
from wagtail.search import index

from site_cms.design.blocks import PlainBody
from site_cms.pages.open_page import OpenPage
from site_cms.pages.page_types import ArticleIndex
from site_cms.pages.renditions import Shown, body_pictures, fetch_renditions

PEOPLE_ON_HOME = 3
PORTRAIT = (
    "fill-400x250|format-webp|webpquality-70",
    "fill-800x500|format-webp|webpquality-70",
)


class PeopleIndexPage(ArticleIndex):
    intro = models.CharField(
        "导语",
        max_length=120,
        default="实事是人一件一件办出来的。他们就在您身边。",
    )

    content_panels = [*ArticleIndex.content_panels, FieldPanel("intro")]
    subpage_types = ["site_cms.PersonPage"]
    template = "site_cms/people_index_page.html"

    class Meta:
        verbose_name = verbose_name_plural = "典型人物栏目"

    def articles(self, number: str | None):
        people = super().articles(number)
        people.object_list = with_portraits(people.object_list)
        return people


class PersonQuerySet(PageQuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-published_on", "-pk").select_related("photo")


PersonManager = PageManager.from_queryset(PersonQuerySet)


class PersonPage(OpenPage):
    """One person. The title is the name; without recorded consent nothing is public."""

    who = models.CharField(
        "是什么人", max_length=40, help_text="身份和岗位，例如：小刘庄教学点教师"
    )
    unit = models.CharField(
        "所在单位", max_length=40, blank=True, help_text="照实写，例如：县教育局"
    )
    one_line = models.CharField(
        "一句话",
        max_length=40,
        help_text="卡片上显示，说清做了什么，例如：三十一年没让一个孩子掉队",
    )
    photo = models.ForeignKey(
        "site_cms.SiteImage",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="照片",
        help_text="横幅，至少 1600 像素宽；正在做事的样子，不要证件照。",
    )
    photo_alt = models.CharField(
        "照片的替代文字",
        max_length=80,
        help_text="一句话说清照片里有什么，读屏软件会念给看不见的人听。",
    )
    published_on = models.DateField("日期", default=timezone.localdate)
    body = StreamField(PlainBody(), verbose_name="事迹")
    consent_on = models.DateField(
        "本人同意的日期",
        null=True,
        help_text="本人（未成年人由监护人）书面同意公开的日期。",
    )
    consent_kept = models.CharField(
        "同意书存在哪里",
        max_length=60,
        help_text="谁保管、档案号，例如：活动办公室 2026-RW-03。不公开。",
    )

    objects = PersonManager()

    content_panels = [
        HelpPanel(
            content="公开姓名、照片和事迹，须本人书面同意。没有登记同意书的，不能提交和发布。",
            heading="先取得同意",
        ),
        *OpenPage.content_panels,
        FieldPanel("who"),
        FieldPanel("unit"),
        FieldPanel("one_line"),
        MultiFieldPanel([FieldPanel("photo"), FieldPanel("photo_alt")], heading="照片"),
        FieldPanel("published_on"),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("consent_on"), FieldPanel("consent_kept")],
            heading="肖像和事迹公开同意书",
        ),
    ]
    search_fields = [
        *OpenPage.search_fields,
        index.SearchField("words"),
        index.AutocompleteField("words"),
    ]
    parent_page_types = ["site_cms.PeopleIndexPage"]
    subpage_types: list[str] = []
    template = "site_cms/person_page.html"

    class Meta:
        verbose_name = verbose_name_plural = "典型人物"

    def permissions_for_user(self, user):
        return PersonPermissions(user, self)

    @property
    def has_consent(self) -> bool:
        return self.consent_on is not None and bool(self.consent_kept.strip())

    @property
    def words(self) -> str:
        """What the search index stores besides the title."""
        texts = [self.who, self.unit, self.one_line]
        told = self.body.stream_block.get_searchable_content(self.body)
        return " ".join([*texts, *told])

    def pictures(self) -> list[Shown]:
        portrait = [(self.photo, PORTRAIT)] if self.photo else []
        return portrait + body_pictures(self.body)


class PersonPermissions(PagePermissionTester):
    """Whose consent is not on record is not published, by whatever button."""

    def can_publish(self) -> bool:
        return self.page.has_consent and super().can_publish()


def with_portraits(people: list[PersonPage]) -> list[PersonPage]:
    fetch_renditions([person.photo for person in people], PORTRAIT)
    return people


def newest_people(count: int = PEOPLE_ON_HOME) -> list[PersonPage]:
    return with_portraits(list(PersonPage.objects.live().newest_first()[:count]))
