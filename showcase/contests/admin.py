from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import ListingButton
from wagtail.permissions import policy_registry, register_permission_policy

from showcase.contests.errors import ContestError
from showcase.contests.forms import (
    PLANNED,
    SET_BY_ACTS,
    ContestForm,
    NumberForm,
    ShortlistForm,
)
from showcase.contests.models import Contest, Entry
from showcase.contests.services import (
    change_contest,
    create_contest,
    enter_unit,
    set_times,
    shortlist,
)
from site_cms.accounts.policies import KeptForGood
from site_cms.trail.admin import CreateByAService, EditByAService, MomentColumn


class ContestCreateView(CreateByAService):
    def act(self, form):
        return create_contest(
            by=self.request.user, now=timezone.now(), **form.cleaned_data
        )


class ContestEditView(EditByAService):
    def act(self, form):
        by, now = self.request.user, timezone.now()
        contest = change_contest(
            by=by, contest=self.object, now=now, **form.description
        )
        times = form.changed_times
        return set_times(by=by, contest=contest, now=now, **times) if times else contest


class ContestIndexView(IndexView):
    def get_list_more_buttons(self, instance):
        buttons = super().get_list_more_buttons(instance)
        if self.user_has_permission("change"):
            buttons.append(
                ListingButton(
                    "确定入围名单",
                    url=reverse("contests:shortlist", args=[instance.pk]),
                    icon_name="list-ol",
                    priority=15,
                )
            )
            buttons.append(
                ListingButton(
                    "照这一届办下一届",
                    url=reverse("editions:copy", args=[instance.pk]),
                    icon_name="copy",
                    priority=25,
                )
            )
        return buttons


class ShortlistView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """All entries of a contest with their numbers, sent to poll and night as one act."""

    model = Contest
    permission_required = "change"
    form_class = ShortlistForm
    template_name = "showcase/contests/shortlist.html"
    page_title = "确定入围名单"
    header_icon = "list-ol"
    _show_breadcrumbs = True

    @cached_property
    def permission_policy(self):
        return policy_registry.get_by_type(Contest)

    @cached_property
    def contest(self) -> Contest:
        return get_object_or_404(Contest, pk=self.kwargs["pk"])

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("contests:index"), "label": "活动"},
            {"url": "", "label": f"确定入围名单：{self.contest}"},
        ]

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"contest": self.contest}

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"contest": self.contest}

    def form_valid(self, form):
        try:
            entries = shortlist(
                by=self.request.user,
                contest=self.contest,
                numbers=form.numbers,
                now=timezone.now(),
            )
        except ContestError as error:
            form.add_error(None, error.message)
            return self.form_invalid(form)
        messages.success(self.request, f"已确定 {len(entries)} 个入围单位。")
        return redirect("contests:index")


class SetByActPanel(FieldPanel):
    """A time that somebody sets elsewhere: to be read here."""

    def format_value_for_display(self, value) -> str:
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else "还没有"


class ContestViewSet(ModelViewSet):
    model = Contest
    icon = "calendar-alt"
    name = "contests"
    list_display = [
        "name",
        Column(
            "practice",
            label="类型",
            accessor=lambda contest: "演练或样例" if contest.practice else "正式",
        ),
        MomentColumn("poll_opens_at", label="民意测评开始"),
        MomentColumn("poll_closes_at", label="民意测评截止"),
        MomentColumn("night_opens_at", label="现场评比会"),
    ]
    search_fields = ["name", "slug"]
    search_backend_name = None
    add_view_class = ContestCreateView
    edit_view_class = ContestEditView
    index_view_class = ContestIndexView
    copy_view_enabled = False

    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("name"),
                    FieldPanel("county"),
                    FieldPanel("slug"),
                    FieldPanel("approval_number"),
                    FieldPanel("finalists"),
                    FieldPanel("flags"),
                    FieldPanel("hidden"),
                ],
                heading="基本信息",
            ),
            MultiFieldPanel(
                [FieldPanel("practice"), FieldPanel("practice_note")],
                heading="演练或样例",
            ),
            MultiFieldPanel(
                [FieldPanel(name) for name in PLANNED],
                heading="时间安排",
                help_text="到了时间，条件齐了，阶段自动开放。已经开放的阶段不能改开始时间。",
            ),
            MultiFieldPanel(
                [SetByActPanel(name, read_only=True) for name in SET_BY_ACTS],
                heading="由各环节确定的时间",
                help_text="评分结束、拟定结果和最终结果由两个人在各自的页面上确定。",
            ),
        ],
        base_form_class=ContestForm,
    )

    @property
    def shortlist_view(self):
        return self.construct_view(ShortlistView)

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("shortlist/<int:pk>/", self.shortlist_view, name="shortlist"),
        ]


class EntryCreateView(CreateByAService):
    def act(self, form):
        return enter_unit(by=self.request.user, now=timezone.now(), **form.cleaned_data)


class EntryEditView(EditByAService):
    def act(self, form):
        entries = shortlist(
            by=self.request.user,
            contest=self.object.contest,
            numbers={self.object.pk: form.cleaned_data["number"]},
            now=timezone.now(),
        )
        return entries[0]


class EntryIndexView(IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("unit", "contest")


class StandingColumn(Column):
    """Whether an entry takes part, and the way to its leaving or coming back."""

    cell_template_name = "showcase/contests/standing_cell.html"


class EntryViewSet(ModelViewSet):
    model = Entry
    icon = "list-ol"
    name = "entries"
    form_fields = ["contest", "unit"]
    list_display = [
        Column("plate", label="编号", sort_key="number"),
        "unit",
        "contest",
        MomentColumn("shortlisted_at", label="入围时间"),
        MomentColumn("withdrawn_at", label="退出时间"),
        StandingColumn("gone", label="参评"),
    ]
    list_filter = ["contest", "unit__category"]
    search_fields = ["unit__name", "unit__short_name"]
    search_backend_name = None
    ordering = ["contest", "number", "unit__code"]
    list_per_page = 100
    index_view_class = EntryIndexView
    add_view_class = EntryCreateView
    edit_view_class = EntryEditView
    copy_view_enabled = False

    def get_form_class(self, for_update: bool = False):
        return NumberForm if for_update else super().get_form_class()


register_permission_policy(Contest, KeptForGood(Contest))
register_permission_policy(Entry, KeptForGood(Entry))
