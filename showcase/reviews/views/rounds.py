"""The administrator's side: set a round up, assign it, follow it, settle it."""

import secrets

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from wagtail.admin import messages

from showcase.contests.models import Entry
from showcase.reviews.forms import (
    AnswerForm,
    CriteriaForm,
    NumbersForm,
    ReasonForm,
    RoundForm,
    TieForm,
)
from showcase.reviews.models import Review, ReviewRound, Step
from showcase.reviews.queries import (
    against_ranking,
    assignment_draft,
    days_left,
    eligible_reviewers,
    is_open,
    progress_of,
    ranking_of,
    round_of,
    standing_selection,
    tie_proposal,
)
from showcase.reviews.services import (
    assign_automatically,
    assign_by_hand,
    decide_tie,
    notice_of_shortlist,
    propose_tie,
    release_missing,
    room_for,
    select_entries,
    set_up_round,
    take_back,
    undo_selection,
)
from showcase.reviews.views.frame import LOOKERS, RoundPage
from showcase.reviews.wording import numbers_by_code
from showcase.reviews.worked import worked_example
from site_cms.accounts.permissions import has_role
from site_cms.accounts.roles import Role
from site_cms.refusals import Refusal
from site_cms.trail.errors import NothingProposed

SEED_LENGTH = 40


class SetUp(RoundPage):
    roles = (Role.ADMINISTRATOR,)
    page_title = "评分项和规则"
    template_name = "showcase/reviews/set_up.html"

    @cached_property
    def existing(self) -> ReviewRound | None:
        return round_of(self.contest, self.step)

    def forms(self, data=None) -> tuple[RoundForm, CriteriaForm]:
        blank = ReviewRound(
            contest=self.contest, step=self.step, goes_on=self.contest.finalists
        )
        round_ = self.existing or blank
        user = self.request.user
        return (
            RoundForm(data, instance=round_, for_user=user),
            CriteriaForm(data, criteria=round_.criteria, frozen=round_.is_frozen),
        )

    def get_context_data(self, **kwargs):
        if "round_form" not in kwargs:
            kwargs["round_form"], kwargs["criteria_form"] = self.forms()
        existing = self.existing
        criteria = existing.criteria if existing else []
        return super().get_context_data(**kwargs) | {
            "worked": worked_example(criteria) if criteria else None,
            "has_begun": existing is not None and is_open(existing, now=self.now),
        }

    def post(self, request, *args, **kwargs):
        round_form, criteria_form = self.forms(request.POST)
        rules_are_good = round_form.is_valid()
        if criteria_form.is_valid() and rules_are_good:
            try:
                set_up_round(
                    by=request.user,
                    contest=self.contest,
                    step=self.step,
                    criteria=criteria_form.criteria,
                    now=self.now,
                    **round_form.cleaned_data,
                )
            except Refusal as error:
                round_form.add_error(None, error.message)
            except ValidationError as error:
                round_form.add_error(None, error.messages)
            else:
                messages.success(request, "已保存。第一份评审提交以前都可以改。")
                return redirect(self.address("set_up"))
        messages.error(request, "没有保存。请看标出的地方，改好再存。")
        return self.render_to_response(
            self.get_context_data(round_form=round_form, criteria_form=criteria_form)
        )


class Assign(RoundPage):
    roles = (Role.ADMINISTRATOR,)
    page_title = "分配"
    template_name = "showcase/reviews/assign.html"

    def seed(self) -> str:
        given = self.request.GET.get("seed", "").replace("\x00", "").strip()
        return given[:SEED_LENGTH] or secrets.token_hex(4)

    def get_context_data(self, **kwargs):
        progress = progress_of(self.round)
        return super().get_context_data(**kwargs) | {
            "draft": assignment_draft(self.round, seed=self.seed()),
            "progress": progress,
            "reviewers": eligible_reviewers(self.round),
            "is_settled": standing_selection(self.round) is not None,
            "reason": ReasonForm(),
        }

    def post(self, request, *args, **kwargs):
        acts = {
            "automatic": self.automatic,
            "by_hand": self.by_hand,
            "take_back": self.take_back,
        }
        act = acts.get(request.POST.get("act", ""))
        here = redirect(self.address("assign"))
        if act is None:
            messages.error(request, "没有看懂要做什么，什么都没有改变。")
            return here
        return self.act(act, "已保存。评审员的待办里马上能看到。", here)

    def automatic(self) -> None:
        assign_automatically(
            by=self.request.user,
            round_=self.round,
            seed=self.request.POST.get("seed", "")[:SEED_LENGTH].replace("\x00", ""),
            fingerprint=self.request.POST.get("fingerprint", ""),
            now=self.now,
        )

    def by_hand(self) -> None:
        assign_by_hand(
            by=self.request.user,
            round_=self.round,
            entry=self.chosen(Entry, "entry"),
            reviewer=self.chosen(get_user_model(), "reviewer"),
            now=self.now,
        )

    def take_back(self) -> None:
        review = self.chosen(Review.objects.filter(round=self.round), "review")
        take_back(
            by=self.request.user,
            review=review,
            reason=self.request.POST.get("reason", ""),
            now=self.now,
        )

    def chosen(self, where, name: str):
        """A row that was picked on the page; what is no number was not picked there."""
        number = self.request.POST.get(name, "")
        if not (number.isascii() and number.isdigit() and len(number) < 18):
            raise Http404
        return get_object_or_404(where, pk=int(number))


class ProgressPage(RoundPage):
    roles = LOOKERS
    page_title = "进度"
    template_name = "showcase/reviews/progress.html"

    def get_context_data(self, **kwargs):
        progress = progress_of(self.round)
        return super().get_context_data(**kwargs) | {
            "progress": progress,
            "days_left": days_left(self.round, now=self.now),
            "is_over": self.round.is_over(self.now),
            "releases": self.round.releases.select_related(
                "entry__unit", "released_by"
            ),
            "reason": kwargs.get("reason") or ReasonForm(),
        }

    def post(self, request, *args, **kwargs):
        if not has_role(request.user, Role.ADMINISTRATOR):
            messages.error(request, "放行缺评的单位只由管理员做。什么都没有改变。")
            return redirect(self.address("progress"))
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(reason=form))
        return self.act(
            lambda: release_missing(
                by=request.user,
                round_=self.round,
                reason=form.cleaned_data["reason"],
                now=self.now,
            ),
            "已放行。这些单位按已交的评审排名，理由留在记录里。",
            redirect(self.address("progress")),
        )


class RankingPage(RoundPage):
    """Who stands where and why. Before the round is over nobody sees anything of it."""

    roles = LOOKERS
    page_title = "排名"
    template_name = "showcase/reviews/ranking.html"

    @cached_property
    def still_open(self) -> list[str]:
        return against_ranking(self.round, now=self.now)

    @cached_property
    def selection(self):
        return standing_selection(self.round)

    @cached_property
    def ranking(self):
        return None if self.selection or self.still_open else ranking_of(self.round)

    @cached_property
    def proposal(self):
        if self.ranking is None:
            return None
        return tie_proposal(self.round, self.ranking.inputs_hash)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        shown = self.selection or self.ranking
        context |= {
            "still_open": [] if self.selection else self.still_open,
            "selection": self.selection,
            "ranking": self.ranking,
            "proposal": self.proposal,
        }
        if shown is None:
            return context
        return context | self.table(shown) | self.tie_forms(kwargs)

    def table(self, shown) -> dict[str, object]:
        """The outcome with the names of reviewers, which the record itself does not hold."""
        outcome = shown.outcome
        people = {
            str(person.pk): person
            for person in get_user_model().objects.filter(reviews__round=self.round)
        }
        names = {row["code"]: row["name"] for row in shown.inputs["entries"]}
        chosen, tied = outcome["chosen"] or [], outcome["cut"]["tied"]
        above = chosen or outcome["cut"]["inside"]
        last_inside = max(
            (i for i, row in enumerate(outcome["ranking"]) if row["entry"] in above),
            default=None,
        )
        rows = [
            row
            | {
                "is_in": row["entry"] in chosen,
                "is_tied": row["entry"] in tied,
                "is_last": index == last_inside,
                "reviews": [
                    each | {"who": people.get(each["reviewer"])}
                    for each in row["reviews"]
                ],
            }
            for index, row in enumerate(outcome["ranking"])
        ]
        return {
            "rows": rows,
            "outcome": outcome,
            "inputs_hash": shown.inputs_hash,
            "tied": [names[code] for code in tied],
            "decided": [names[code] for code in chosen if code in tied],
        }

    def tie_forms(self, given) -> dict[str, object]:
        """The form that this person may fill in now, if any."""
        if self.ranking is None or self.ranking.chosen is not None:
            return {}
        user = self.request.user
        if self.proposal:
            may = has_role(user, Role.SUPERVISOR) and self.proposal.proposed_by != user
            form = given.get("answer") or AnswerForm(
                initial={"proposal": self.proposal.pk}
            )
            return {"answer": form} if may else {}
        if not has_role(user, Role.ADMINISTRATOR):
            return {}
        return {
            "tie": given.get("tie") or self.tie_form(),
            "room": room_for(self.round),
        }

    def tie_form(self, data=None) -> TieForm:
        outcome = self.ranking.outcome
        names = {row["code"]: row["name"] for row in self.ranking.inputs["entries"]}
        cut, room = outcome["cut"], room_for(self.round)
        kinds = ["named"]
        if outcome["further_rung"]["settles"]:
            kinds.insert(0, "rung")
        if room is None or len(cut["inside"]) + len(cut["tied"]) <= room:
            kinds.insert(0, "all")
        return TieForm(
            data,
            tied=[(code, names[code]) for code in cut["tied"]],
            kinds=kinds,
            initial={"inputs_hash": self.ranking.inputs_hash},
        )

    def post(self, request, *args, **kwargs):
        if self.ranking is None or self.ranking.chosen is not None:
            messages.error(request, "现在没有要裁定的并列，什么都没有改变。")
            return redirect(self.address("ranking"))
        if self.proposal:
            return self.answer()
        if not has_role(request.user, Role.ADMINISTRATOR):
            messages.error(request, "由管理员提出，您在提出以后确认。")
            return redirect(self.address("ranking"))
        form = self.tie_form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(tie=form))
        return self.act(
            lambda: propose_tie(
                by=request.user, round_=self.round, now=self.now, **form.cleaned_data
            ),
            "已提出，等一位监督员在自己的设备上确认。",
            redirect(self.address("ranking")),
        )

    def answer(self) -> HttpResponse:
        if not has_role(self.request.user, Role.SUPERVISOR):
            messages.error(self.request, "等一位监督员确认。提出的人不能自己确认。")
            return redirect(self.address("ranking"))
        form = AnswerForm(self.request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(answer=form))
        return self.act(
            lambda: self.decide(form.cleaned_data),
            "您的意见已记下。",
            redirect(self.address("ranking")),
        )

    def decide(self, given) -> None:
        if given["proposal"] != self.proposal.pk:
            raise NothingProposed
        decide_tie(
            by=self.request.user,
            round_=self.round,
            proposal=self.proposal,
            confirmed=given["agree"] == "yes",
            remark=given["remark"],
            now=self.now,
        )


class Select(RoundPage):
    """Look at what will happen, then end the round; or take the list back."""

    roles = (Role.ADMINISTRATOR,)
    page_title = "确定名单"
    template_name = "showcase/reviews/select.html"

    @cached_property
    def selection(self):
        return standing_selection(self.round)

    @cached_property
    def still_open(self) -> list[str]:
        if self.selection:
            return []
        return against_ranking(self.round, now=self.now)

    @cached_property
    def ranking(self):
        if self.selection or self.still_open:
            return None
        return ranking_of(self.round)

    @property
    def names(self) -> dict[str, str]:
        return {row["code"]: row["name"] for row in self.ranking.inputs["entries"]}

    def numbers_form(self, data=None) -> NumbersForm | None:
        if self.step != Step.SECOND:
            return None
        offered = numbers_by_code(self.ranking.chosen)
        chosen = [(code, self.names[code]) for code in offered]
        return NumbersForm(data, chosen=chosen, offered=offered)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs) | {
            "selection": self.selection,
            "still_open": self.still_open,
            "ranking": self.ranking,
            "reason": kwargs.get("reason") or ReasonForm(),
            "history": self.round.selections.exclude(undone_at=None).select_related(
                "undone_by", "selected_by"
            ),
        }
        if self.selection:
            context["listed"] = self.selection.entries.select_related("entry__unit")
        if self.ranking is None or not self.ranking.chosen:
            return context
        form = kwargs.get("numbers") or self.numbers_form()
        chosen = set(self.ranking.chosen)
        return context | {
            "numbers": form,
            "inside": [self.names[code] for code in self.ranking.chosen],
            "outside": [
                row
                for row in self.ranking.outcome["ranking"]
                if row["entry"] not in chosen
            ],
            "notice": self.notice(form),
        }

    def notice(self, form: NumbersForm | None):
        if form is None:
            return None
        is_read = form.is_bound and form.is_valid()
        numbers = form.numbers if is_read else numbers_by_code(self.ranking.chosen)
        return notice_of_shortlist(self.round, self.ranking, numbers)

    def post(self, request, *args, **kwargs):
        if request.POST.get("act") == "undo":
            return self.undo()
        if self.ranking is None or not self.ranking.chosen:
            messages.error(request, "现在还不能确定名单，什么都没有改变。")
            return redirect(self.address("select"))
        form = self.numbers_form(request.POST)
        is_wrong = form is not None and not form.is_valid()
        if is_wrong or request.POST.get("act") != "select":
            return self.render_to_response(self.get_context_data(numbers=form))
        return self.act(
            lambda: select_entries(
                by=request.user,
                round_=self.round,
                inputs_hash=request.POST.get("inputs_hash", ""),
                numbers=form.numbers if form else {},
                now=self.now,
            ),
            "名单已确定" + ("，公告已发布。" if form else "。复审可以分配了。"),
            redirect(self.address("select")),
        )

    def undo(self) -> HttpResponse:
        form = ReasonForm(self.request.POST)
        if not form.is_valid() or self.selection is None:
            return self.render_to_response(self.get_context_data(reason=form))
        return self.act(
            lambda: undo_selection(
                by=self.request.user,
                selection=self.selection,
                reason=form.cleaned_data["reason"],
                now=self.now,
            ),
            "名单已撤回，理由留在记录里。",
            redirect(self.address("select")),
        )
