"""Pages of the admin on which a night is prepared: seen until the end, changed until it opens."""

from abc import ABC, abstractmethod
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View
from django.views.generic.edit import FormMixin
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from showcase.contests.models import Contest
from showcase.contests.rules import Stage
from site_cms.accounts.permissions import has_role
from site_cms.accounts.roles import Role
from site_cms.refusals import Refusal
from site_cms.spreadsheets.downloads import as_download, sealed_book, unsealed_book
from site_cms.spreadsheets.writing import write_book, write_book_errors
from voting.judging import services
from voting.judging.models import Night, Round, Seat
from voting.judging.queries import night_of
from voting.judging.setup_forms import (
    BookForm,
    RoundForm,
    SeatForm,
    SupervisorsForm,
)
from voting.judging.setup_planning import Plan, plan_setup
from voting.judging.setup_queries import (
    named_supervisors,
    preparation_of,
    who_may_supervise,
)
from voting.judging.setup_rules import SUPERVISORS_NEEDED
from voting.judging.setup_sheets import SHEETS, written
from voting.rulesheets.queries import rule_sheet_of

PREPARERS = (Role.ADMINISTRATOR, Role.HOST)
OPENED = (
    "现场评比会已经开放：评委组、席位、评分项、回避和监督员都冻结了，只能看，不能再改。"
)


class SetupPage(WagtailAdminTemplateMixin, TemplateView):
    """``roles`` may open it, for what ``opens`` says; the addresses ask for them."""

    roles: tuple[Role, ...] = (Role.ADMINISTRATOR,)
    opens: str = "筹备现场评比会：导入、席位、时间、监督员"
    header_icon = "calendar-check"
    _show_breadcrumbs = True
    request: HttpRequest

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    def get_breadcrumbs_items(self):
        start = {"url": reverse("nights:index"), "label": "现场评比会筹备"}
        return [*self.breadcrumbs_items, start, *self.trail_of_pages]

    @property
    def trail_of_pages(self) -> list[dict[str, str]]:
        return []


class IndexPage(SetupPage):
    """Where there is one contest, that one."""

    roles = PREPARERS
    opens = "现场评比会筹备：看准备到哪一步"
    page_title = "现场评比会筹备"
    template_name = "voting/judging/setup/index.html"

    def get(self, request, *args, **kwargs) -> HttpResponse:
        contests = list(Contest.objects.not_archived())
        if len(contests) == 1:
            return redirect("nights:night", contests[0].slug)
        return self.render_to_response(self.get_context_data(contests=contests))


class ContestPage(SetupPage):
    """A page about the night of one contest."""

    @cached_property
    def contest(self) -> Contest:
        return get_object_or_404(Contest, slug=self.kwargs["slug"])

    @cached_property
    def night(self) -> Night:
        night = night_of(self.contest)
        if night is None:
            raise Http404
        return night

    @property
    def is_opened(self) -> bool:
        return Stage.NIGHT in self.contest.openings.stages()

    @property
    def trail_of_pages(self) -> list[dict[str, str]]:
        night = reverse("nights:night", args=[self.contest.slug])
        return [
            {"url": night, "label": str(self.contest)},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "contest": self.contest,
            "is_opened": self.is_opened,
            "opened": OPENED,
        }


class NightPage(ContestPage):
    """How far everything is, and what the gate of the night still asks for."""

    roles = PREPARERS
    opens = "现场评比会筹备：看准备到哪一步"
    page_title = "现场评比会筹备"
    template_name = "voting/judging/setup/night.html"

    @property
    def trail_of_pages(self):
        return [{"url": "", "label": str(self.contest)}]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "preparation": preparation_of(self.contest, now=self.now),
            "needed": SUPERVISORS_NEEDED,
            "is_administrator": has_role(self.request.user, Role.ADMINISTRATOR),
        }


class FollowRulesView(View):
    """Make the night from the rule sheet, or make it anew."""

    roles = (Role.ADMINISTRATOR,)
    opens = SetupPage.opens
    http_method_names = ("post",)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        contest = get_object_or_404(Contest, slug=slug)
        rule_sheet = rule_sheet_of(contest)
        if rule_sheet is None:
            raise Http404
        try:
            services.set_up_night(
                by=request.user,
                contest=contest,
                document=rule_sheet.document,
                now=timezone.now(),
            )
        except Refusal as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "已按计分规则建好评委组、轮次和评分项。")
        return redirect("nights:night", slug)


class ImportPage(ContestPage):
    """Upload, preview, confirm. Nothing is done before the confirmation."""

    page_title = "导入评委组、席位和评分项"
    header_icon = "upload"
    template_name = "voting/judging/setup/import.html"

    def post(self, request, *args, **kwargs) -> HttpResponse:
        if "sealed" not in request.POST:
            form = BookForm(request.POST, request.FILES)
            return self.preview(form.book) if form.is_valid() else self.shown(form=form)
        try:
            book, fingerprint = unsealed_book(request.POST["sealed"])
        except BadSignature:
            messages.error(
                request, "这次预览已经失效，什么都没有导入。请再传一次文件。"
            )
            return self.shown()
        if request.POST.get("act") == "errors":
            return self.file_with_errors(book)
        return self.confirm(book, fingerprint)

    def preview(self, book) -> HttpResponse:
        try:
            plan = plan_setup(book, self.contest)
        except Refusal as error:
            messages.error(self.request, error.message)
            return self.shown()
        return self.shown(plan=plan, sealed=sealed_book(book, plan.fingerprint))

    def confirm(self, book, fingerprint: str) -> HttpResponse:
        try:
            plan = services.import_setup(
                by=self.request.user,
                contest=self.contest,
                book=book,
                fingerprint=fingerprint,
                now=self.now,
            )
        except ValidationError as error:
            messages.error(self.request, "什么都没有导入。" + "".join(error.messages))
            return self.preview(book)
        except Refusal as error:
            messages.error(self.request, error.message)
            return self.preview(book)
        return self.shown(plan=plan, is_done=True)

    def file_with_errors(self, book) -> HttpResponse:
        sections = {
            section.title: section.errors
            for section in plan_setup(book, self.contest).sections
        }
        data = write_book_errors(
            [
                (sheet.title, sheet.columns, book.tables[sheet.title].rows, errors)
                for sheet in SHEETS
                if (errors := sections.get(sheet.title)) is not None
            ]
        )
        return as_download(data, name="现场评比会（标出问题）.xlsx")

    def shown(self, *, form: BookForm | None = None, plan: Plan | None = None, **more):
        context = self.get_context_data(
            form=form or BookForm(), plan=plan, sheets=SHEETS, **more
        )
        return self.render_to_response(context)

    def get_context_data(self, **kwargs):
        return {"form": BookForm(), "sheets": SHEETS} | super().get_context_data(
            rule_sheet=rule_sheet_of(self.contest), **kwargs
        )


class SetupFile(View):
    """The template to fill in, or what there is in the same columns."""

    roles = (Role.ADMINISTRATOR,)
    opens = SetupPage.opens
    is_template = False

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        contest = get_object_or_404(Contest, slug=slug)
        rule_sheet = rule_sheet_of(contest)
        lines = {}
        if rule_sheet and not self.is_template:
            lines = written(rule_sheet.rules, night_of(contest))
        data = write_book(
            [
                (sheet.title, sheet.columns, lines.get(sheet.title, ()))
                for sheet in SHEETS
            ]
        )
        name = "现场评比会导入模板.xlsx" if self.is_template else "现场评比会.xlsx"
        return as_download(data, name=name)


class FormPage(FormMixin, ContestPage, ABC):
    """One form whose act is a service. What it refuses is shown above the form."""

    template_name = "voting/judging/setup/form.html"
    button = "保存"
    intro = ""

    @abstractmethod
    def act(self, form) -> str:
        """Carry out what the form asks for, and say what has happened."""

    def post(self, request, *args, **kwargs) -> HttpResponse:
        form = self.get_form()
        if form.is_valid():
            try:
                said = self.act(form)
            except ValidationError as error:
                form.add_error(None, error.messages)
            except Refusal as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, said)
                return redirect("nights:night", self.contest.slug)
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "button": self.button,
            "intro": self.intro,
        }


class RoundPage(FormPage):
    form_class = RoundForm
    intro = "满分、每档和权重写在计分规则里，这里不改。"

    @cached_property
    def round(self) -> Round:
        rounds = self.night.rounds.select_related("night")
        return get_object_or_404(rounds, code=self.kwargs["code"])

    def get_page_title(self) -> str:
        return f"{self.round}：时间和提示"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"round_": self.round}

    def act(self, form: RoundForm) -> str:
        services.change_round(
            by=self.request.user,
            round_=self.round,
            hints=form.hints,
            now=self.now,
            **form.seconds,
        )
        return f"“{self.round}”的时间和提示已经保存。"


class AddSeatPage(FormPage):
    form_class = SeatForm
    page_title = "加一个席位"
    button = "加上这个席位"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"night": self.night}

    def act(self, form: SeatForm) -> str:
        given = form.cleaned_data | {"panel": form.cleaned_data["panel"].code}
        seat, _ = services.add_seat(
            by=self.request.user, night=self.night, now=self.now, **given
        )
        return f"已加上 {seat}。席卡还没有印，请到“席卡”里印。"


class SeatPage(FormPage):
    form_class = SeatForm
    template_name = "voting/judging/setup/seat.html"

    @cached_property
    def seat(self) -> Seat:
        seats = self.night.seats.select_related("panel", "night")
        return get_object_or_404(seats, pk=self.kwargs["seat_id"])

    def get_page_title(self) -> str:
        return f"席位 {self.seat}"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"night": self.night, "seat": self.seat}

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"seat": self.seat}

    def post(self, request, *args, **kwargs) -> HttpResponse:
        if request.POST.get("act") != "remove":
            return super().post(request, *args, **kwargs)
        try:
            services.remove_seat(by=request.user, seat=self.seat, now=self.now)
        except Refusal as error:
            messages.error(request, error.message)
            return redirect(request.path)
        messages.success(request, f"已移除 {self.seat}，它的席卡没有用了。")
        return redirect("nights:night", self.contest.slug)

    def act(self, form: SeatForm) -> str:
        seat = services.change_seat(
            by=self.request.user, seat=self.seat, now=self.now, **form.cleaned_data
        )
        return f"{seat} 已经保存。席卡上的姓名和评委组是印的时候的，改过请换发。"


class SupervisorsPage(FormPage):
    form_class = SupervisorsForm
    page_title = "指定现场监督员"
    button = "就这几位"
    intro = "锁定、更正、换设备都要监督员作第二人。至少指定两位：一位有事，另一位马上能顶上。"

    def get_initial(self):
        return {"users": [user.pk for user in named_supervisors(self.night)]}

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "none_to_choose": not who_may_supervise()
        }

    def act(self, form: SupervisorsForm) -> str:
        users = list(form.cleaned_data["users"])
        services.name_supervisors(
            by=self.request.user, night=self.night, users=users, now=self.now
        )
        names = "、".join(map(str, users)) or "没有人"
        missing = SUPERVISORS_NEEDED - len(users)
        return f"现场监督员：{names}。" + (
            f"还差 {missing} 位。" if missing > 0 else ""
        )
