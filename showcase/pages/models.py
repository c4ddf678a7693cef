"""晾晒实事干货: the list of units and the page of each."""

from datetime import datetime
from functools import cached_property
from typing import Self

from django.db import models
from django.db.models import Q, prefetch_related_objects
from django.http import Http404, HttpRequest
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.fields import StreamField
from wagtail.images import get_image_model_string
from wagtail.models import PageManager, PagePermissionTester, PageQuerySet
from wagtail.search import index
from wagtail.url_routing import RouteResult

from showcase.contests.models import Contest, Entry, Opening
from showcase.contests.rules import Stage
from showcase.pages.blocks import ShowcaseBody
from showcase.pages.forms import ShowcasePageForm
from showcase.pages.renditions import CARD, COVER, SQUARE
from showcase.pages.rules import Selection, order_in
from showcase.pages.visitors import order_of, sent_on
from site_cms.design.preferences import Preferences
from site_cms.pages.open_page import OpenPage
from site_cms.pages.renditions import Shown, body_pictures

# Who runs the contest sees what belongs to it; units see what they write.
_OPERATORS_ONLY = "showcase.change_entry"
# What stands below a page in its address; showcase.pages.corrections_views answers it.
CORRECTIONS = "corrections"

# How a draft can be looked at, besides the sizes of the preview.
PRINTED = "print"
PREVIEW_MODES = [
    ("", "普通字号"),
    ("large", "大字版"),
    ("contrast", "高对比"),
    (PRINTED, "打印稿"),
]
_PREFERENCES = {
    "large": Preferences(font="large"),
    "contrast": Preferences(contrast="high"),
}


class Sector(models.Model):
    """What a unit works on, in the words of citizens: 教育, 医疗, 交通."""

    name = models.CharField("领域", max_length=8, unique=True)
    place = models.PositiveSmallIntegerField(
        "排列", default=0, help_text="小的在前；相同的按登记先后。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "领域"
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.name


class ShowcaseIndexPage(OpenPage):
    """The units of one contest. Its address names one of sixteen orders."""

    contest = models.OneToOneField(
        Contest, models.PROTECT, related_name="showcase", verbose_name="活动"
    )
    intro = models.CharField(
        "导语",
        max_length=120,
        default="单位晒出这一年办成的事。点开看数字、照片和群众怎么说。",
    )

    content_panels = [
        *OpenPage.content_panels,
        FieldPanel("intro"),
        FieldPanel("contest", read_only=True),
    ]
    parent_page_types = ["site_cms.HomePage"]
    subpage_types = ["showcase.ShowcasePage"]
    is_creatable = False
    queries_that_count = Selection.QUERIES
    template = "showcase/pages/index.html"

    class Meta:
        verbose_name = verbose_name_plural = "单位展示栏目"

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find a unit's page by its number, with all that belongs to it, at once."""
        number, *below = path_components or [""]
        if not number or below[:1] not in ([], [CORRECTIONS]):
            return super().route(request, path_components)
        pages = ShowcasePage.objects.child_of(self).shown().with_entry()
        page = pages.with_corrections_noted().of_plate(number)
        if page is None:
            raise Http404
        return RouteResult(page, kwargs={"below": below} if below else {})

    def serve(self, request: HttpRequest, *args, **kwargs):
        """A visitor without an order gets one, and keeps it by a cookie.

        The page itself carries no cookie and is the same for all who share its address.
        """
        if getattr(request, "is_preview", False):
            return super().serve(request, *args, **kwargs)
        if self.contest.hidden:
            raise Http404
        if order_in(request.GET):
            return super().serve(request, *args, **kwargs)
        order = order_of(request)
        query = request.GET.copy()
        query["order"] = order
        return sent_on(request, f"{request.path}?{query.urlencode()}", order=order)

    def get_sitemap_urls(self, request=None) -> list[dict]:
        """The list and its units with one query; nothing of a rehearsal."""
        if self.contest.hidden or self.contest.practice:
            return []
        pages = ShowcasePage.objects.child_of(self).shown().with_entry()
        return super().get_sitemap_urls(request) + [
            {
                "location": page.get_full_url(request),
                "lastmod": page.last_published_at,
            }
            for page in pages.in_number_order()
        ]


def slug_of(entry: Entry) -> str:
    """What Wagtail calls a unit's page: it never changes, and nobody types it."""
    return entry.unit.code.lower()


class ShowcasePageQuerySet(PageQuerySet):
    def of_contest(self, contest: Contest) -> Self:
        return self.filter(entry__contest=contest)

    def of_shortlisted(self) -> Self:
        return self.exclude(entry__shortlisted_at=None)

    def shown(self) -> Self:
        """What the public may see."""
        return self.live().of_shortlisted().filter(entry__contest__hidden=False)

    def standing(self, now: datetime) -> Self:
        """Of those that have not left the contest."""
        return self.filter(Q(entry__withdrawn_at=None) | Q(entry__withdrawn_at__gt=now))

    def in_number_order(self) -> Self:
        return self.order_by("entry__number")

    def of_plate(self, plate: str) -> "ShowcasePage | None":
        """By the number as everybody sees it, and not by another spelling of it."""
        if not plate.isdecimal():
            return None
        page = self.filter(entry__number=plate).first()
        return page if page and page.entry.plate == plate else None

    def frozen(self) -> Self:
        """Of contests whose poll has been opened."""
        return self.filter(entry__contest__openings__stage=Stage.POLL)

    def with_corrections_noted(self) -> Self:
        """``is_corrected`` on each, so that the others need not be asked one by one."""
        corrections = self.model._meta.get_field("corrections").related_model
        noted = corrections.objects.filter(page_id=models.OuterRef("pk"))
        return self.annotate(is_corrected=models.Exists(noted))

    def with_entry(self) -> Self:
        return self.select_related("entry__unit", "entry__contest", "cover")

    def as_cards(self) -> Self:
        """Without what a card does not show."""
        return (
            self.select_related("entry__unit", "cover")
            .prefetch_related("sectors")
            .defer("body", "lead")
        )


ShowcasePageManager = PageManager.from_queryset(ShowcasePageQuerySet)


class ShowcasePage(OpenPage):
    """What one entry shows of its work.

    It is written long before the entry has a number: its slug is the unit's code, and its
    public address, which it has from the shortlist on, is the number.
    """

    entry = models.OneToOneField(
        Entry, models.PROTECT, related_name="showcase_page", verbose_name="参评单位"
    )
    one_line = models.CharField(
        "一句话",
        max_length=40,
        help_text="卡片和选票上显示，说清办成了什么，例如：9 个村街、17.8 公里土路变成柏油路",
    )
    lead = models.CharField(
        "导语", max_length=120, help_text="页面开头的一两句话，说给群众听。"
    )
    cover = models.ForeignKey(
        get_image_model_string(),
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="封面照片",
        help_text="横幅，至少 1200 像素宽，1600 更好；干活的人或用上的场景，不要会议和横幅标语。",
    )
    sectors = ParentalManyToManyField(
        Sector, related_name="showcases", verbose_name="领域", blank=True
    )
    body = StreamField(ShowcaseBody(), verbose_name="内容", blank=True)

    objects = ShowcasePageManager()

    content_panels = [
        HelpPanel(template="showcase/desk/help.html", heading="怎样填"),
        FieldPanel("title", permission=_OPERATORS_ONLY),
        FieldPanel("one_line"),
        FieldPanel("lead"),
        FieldPanel("cover"),
        FieldPanel("sectors"),
        FieldPanel("body"),
    ]
    promote_panels = [FieldPanel("search_description", permission=_OPERATORS_ONLY)]
    settings_panels: list[FieldPanel] = []
    search_fields = [
        *OpenPage.search_fields,
        index.SearchField("words"),
        index.AutocompleteField("words"),
    ]
    parent_page_types = ["showcase.ShowcaseIndexPage"]
    subpage_types: list[str] = []
    is_creatable = False
    base_form_class = ShowcasePageForm
    queries_that_count = Selection.CARRIED
    template = "showcase/pages/showcase.html"

    class Meta:
        verbose_name = verbose_name_plural = "单位展示页"

    def full_clean(self, *args, **kwargs) -> None:
        self.slug = slug_of(self.entry)
        super().full_clean(*args, **kwargs)

    def get_url_parts(self, request=None):
        """By number; none for an entry that is not on the shortlist (yet)."""
        parts = super().get_url_parts(request)
        if parts is None or self.entry.shortlisted_at is None:
            return None
        site_id, root_url, path = parts
        return (
            site_id,
            root_url,
            f"{path.removesuffix(f'{self.slug}/')}{self.entry.plate}/",
        )

    def get_sitemap_urls(self, request=None) -> list[dict]:
        """None of its own: the list names all its units."""
        return []

    @property
    def index_slug(self) -> str:
        """The first part of its address, without a query."""
        return self.url_path.rstrip("/").split("/")[-2]

    @property
    def invites(self) -> bool:
        """Whether it has a share picture: of a unit on the shortlist that has not left it."""
        return self.entry.plate != "" and self.entry.withdrawn_at is None

    @property
    def title_in_search(self) -> str:
        """What a link to the page is called elsewhere."""
        number = f"{self.entry.plate} 号 " if self.entry.plate else ""
        return f"{number}{self.title} · 晾晒实事干货"

    @property
    def path_on_site(self) -> str:
        """Its public address without the host, such as /u/07/."""
        return f"/{self.index_slug}/{self.entry.plate}/"

    @cached_property
    def sectors_shown(self) -> list[Sector]:
        return list(self.sectors.all())

    def permissions_for_user(self, user):
        return ShowcasePermissions(user, self)

    @property
    def words(self) -> str:
        """What the search index stores besides the title."""
        unit = self.entry.unit
        return " ".join(
            [
                self.entry.plate,
                unit.name,
                unit.short_name,
                self.one_line,
                self.lead,
                *(sector.name for sector in self.sectors.all()),
                *self.body.stream_block.get_searchable_content(self.body),
            ]
        )

    def pictures(self) -> list[Shown]:
        cover = [(self.cover, CARD + COVER + SQUARE)] if self.cover else []
        return cover + body_pictures(self.body)

    def get_context(self, request, *args, **kwargs):
        """With the openings that the template asks for, by one query."""
        prefetch_related_objects([self.entry.contest], "openings")
        return super().get_context(request, *args, **kwargs)

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        return PREVIEW_MODES

    @property
    def preview_sizes(self) -> list[dict[str, object]]:
        """The small phone first: that is where the page is read."""
        phone, *others = super().preview_sizes
        return [phone | {"device_width": 360}, *others]

    def serve_preview(self, request: HttpRequest, mode_name: str):
        """As a reader would have chosen it, whatever the editor chose for reading."""
        request.preferences = _PREFERENCES.get(mode_name, Preferences())
        return super().serve_preview(request, mode_name)

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        if mode_name == PRINTED:
            return "showcase/pages/print.html"
        return super().get_preview_template(request, mode_name)

    @cached_property
    def poll_opening(self) -> Opening | None:
        """The act that froze this page, if the poll has been opened."""
        openings = self.entry.contest.openings.all()
        return next((each for each in openings if each.stage == Stage.POLL), None)

    @property
    def is_frozen(self) -> bool:
        """From the opening of the poll on nothing changes any more."""
        return self.poll_opening is not None

    @property
    def figures(self) -> list:
        """The numbers come first, wherever the editor put them."""
        return self._blocks("figures")

    @property
    def comparisons(self) -> list:
        return self._blocks("before_after")

    @property
    def story(self) -> list:
        """Everything else, in the editor's order."""
        return self._blocks("paragraph", "quote", "deeds", "gallery", "video", "table")

    @property
    def timelines(self) -> list:
        return self._blocks("timeline")

    def _blocks(self, *types: str) -> list:
        return [block for block in self.body if block.block_type in types]


class ShowcasePermissions(PagePermissionTester):
    """Nothing is published past its reviewers, and nothing is taken away from a frozen page.

    Its editor is shut by a hook, which says why.
    """

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return not self.page.is_frozen and super().can_delete(ignore_bulk)

    def can_publish(self) -> bool:
        """By approval alone, see :mod:`showcase.pages.moderation_services`."""
        return False

    def can_unpublish(self) -> bool:
        """By those who run the contest: a reviewer's right to publish is not meant for it."""
        return (
            not self.page.is_frozen
            and self.user.has_perm(_OPERATORS_ONLY)
            and super().can_unpublish()
        )

    def can_move(self) -> bool:
        return not self.page.is_frozen and super().can_move()

    def can_copy(self) -> bool:
        """An entry has one page."""
        return False

    def can_submit_for_moderation(self) -> bool:
        return not self.page.is_frozen and super().can_submit_for_moderation()
