"""The reviewer's side: the queue, and one page an entry."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin import messages

from showcase.contests.models import Contest
from showcase.reviews.errors import MarksRefused
from showcase.reviews.forms import ReasonForm
from showcase.reviews.models import Review, Step
from showcase.reviews.queries import (
    days_left,
    desk_of,
    is_open,
    latest_version,
    others_of,
    place_of,
    rounds_of,
    standing_selection,
    total_of,
)
from showcase.reviews.services import recuse, save_draft, submit_review
from showcase.reviews.views.frame import LOOKERS, REVIEWERS, ReviewingPage
from site_cms.accounts.permissions import has_role
from site_cms.refusals import Refusal
from site_cms.templatetags.design import moment


class Desk(ReviewingPage):
    """A reviewer's queue by age; for those who run the contest, its rounds."""

    roles = (*REVIEWERS, *LOOKERS)
    page_title = "评审"
    template_name = "showcase/reviews/desk.html"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": "评审"}]

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(**kwargs) | {
            "piles": desk_of(user, now=self.now),
            "is_reviewer": has_role(user, *REVIEWERS),
            "contests": self.contests() if has_role(user, *LOOKERS) else [],
            "now": self.now,
        }

    def contests(self) -> list[dict[str, object]]:
        listed = []
        for contest in Contest.objects.not_archived():
            rounds = rounds_of(contest)
            steps = [{"step": step, "round": rounds.get(step)} for step in Step]
            listed.append({"contest": contest, "steps": steps})
        return listed


class ReviewPage(ReviewingPage):
    """One entry: the nomination on one side, the marks on the other."""

    roles = REVIEWERS
    template_name = "showcase/reviews/review.html"
    http_method_names = ["get", "head", "post"]

    @cached_property
    def review(self) -> Review:
        return get_object_or_404(
            Review.objects.of_reviewer(self.request.user)
            .standing()
            .select_related("round__contest", "entry__unit", "entry__nomination"),
            pk=self.kwargs["pk"],
        )

    def get_page_title(self) -> str:
        return f"{self.review.round.get_step_display()}：{self.review.entry.unit}"

    @property
    def trail_of_pages(self):
        return [{"url": "", "label": self.get_page_title()}]

    def typed(self) -> dict[str, object]:
        codes = [row["code"] for row in self.review.round.criteria]
        return {
            "marks": {
                code: self.request.POST.get(f"mark-{code}", "") for code in codes
            },
            "remark": self.request.POST.get("remark", ""),
        }

    def post(self, request, *args, **kwargs):
        if request.POST.get("act") == "recuse":
            return self.recuse()
        return self.save(submit=request.POST.get("act") == "submit")

    def save(self, *, submit: bool) -> HttpResponse:
        """What was typed is a draft before it is looked at: nothing is lost."""
        who = {"by": self.request.user, "review": self.review, "now": self.now}
        try:
            save_draft(**who, **self.typed())
            if not submit:
                messages.success(self.request, "草稿已存，还没有提交。")
                return redirect("reviews:review", self.review.pk)
            version = submit_review(**who, **self.typed())
        except MarksRefused as error:
            messages.error(self.request, error.message)
            self.review.refresh_from_db()
            return self.render_to_response(
                self.get_context_data(problems=error.problems)
            )
        except Refusal as error:
            messages.error(self.request, error.message)
            return redirect("reviews:review", self.review.pk)
        return self.handed_in(version)

    def handed_in(self, version) -> HttpResponse:
        total = total_of(version.marks, self.review.round.criteria)
        unit = self.review.entry.unit
        messages.success(
            self.request, f"已提交：{unit}，加权总分 {total}。截止前可以改。"
        )
        waiting = place_of(self.review).next_waiting
        if "next" in self.request.POST and waiting:
            return redirect("reviews:review", waiting.pk)
        return redirect("reviews:review", self.review.pk)

    def recuse(self) -> HttpResponse:
        form = ReasonForm(self.request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(recusal=form))
        return self.act(
            lambda: recuse(
                by=self.request.user,
                review=self.review,
                reason=form.cleaned_data["reason"],
                now=self.now,
            ),
            f"已申请回避：{self.review.entry.unit}。管理员会改派别人。",
            redirect("reviews:desk"),
        )

    def get_context_data(self, **kwargs):
        review, round_ = self.review, self.review.round
        latest = latest_version(review)
        problems = kwargs.pop("problems", {})
        marks = review.marks or (latest.marks if latest else {})
        return super().get_context_data(**kwargs) | {
            "review": review,
            "round": round_,
            "unit": review.entry.unit,
            "nomination": getattr(review.entry, "nomination", None),
            "evidence": self.evidence(),
            "page": getattr(review.entry, "showcase_page", None),
            "fields": [
                row
                | {
                    "typed": marks.get(row["code"], ""),
                    "problem": problems.get(row["code"]),
                }
                for row in round_.weighted_criteria
            ],
            "remark_problem": problems.get("remark"),
            "latest": latest,
            "latest_total": total_of(latest.marks, round_.criteria) if latest else "",
            "versions": review.versions.count(),
            "others": [
                {"version": other, "total": total_of(other.marks, round_.criteria)}
                for other in others_of(review)
            ],
            "place": place_of(review),
            "is_open": is_open(round_, now=self.now) and not standing_selection(round_),
            "days_left": days_left(round_, now=self.now),
            "recusal": kwargs.get("recusal") or ReasonForm(),
        }

    def evidence(self):
        nomination = getattr(self.review.entry, "nomination", None)
        if nomination is None:
            return []
        return nomination.evidence.select_related("document").prefetch_related(
            "image__renditions"
        )


class DraftOfReview(ReviewPage):
    """Where the page sends what was typed while somebody is still typing."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        try:
            save_draft(
                by=request.user, review=self.review, now=self.now, **self.typed()
            )
        except Refusal as error:
            return JsonResponse(
                {"said": error.message},
                status=409,
                json_dumps_params={"ensure_ascii": False},
            )
        at = moment(timezone.localtime(self.now))
        return JsonResponse(
            {"said": f"草稿已存 {at}"}, json_dumps_params={"ensure_ascii": False}
        )


class PageOfReview(ReviewPage):
    """The showcase page as it will be read, in its latest draft, for whoever reviews it."""

    http_method_names = ["get", "head"]

    def get(self, request, *args, **kwargs):
        page = getattr(self.review.entry, "showcase_page", None)
        if page is None:
            raise Http404
        latest = page.get_latest_revision_as_object()
        return latest.make_preview_request(request, latest.default_preview_mode)
