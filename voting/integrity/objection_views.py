"""The page on which a voter objects to the voiding of a ballot, by its 受理号."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from showcase.contests.models import Contest
from site_cms.gate.decorators import limited
from voting.integrity.decision_rules import objection_deadline
from voting.integrity.errors import ObjectionRefused
from voting.integrity.models import VoterObjection
from voting.integrity.objection_forms import ObjectionForm
from voting.integrity.objection_services import make_objection
from voting.integrity.queries import objection_for, void_of_ballot
from voting.polls.answers import UNAVAILABLE
from voting.polls.errors import PollArchived, Unavailable
from voting.polls.models import Ballot
from voting.polls.queries import find_ballot, frozen_poll
from voting.polls.receipts import as_printed
from voting.polls.rules import FrozenPoll
from voting.polls.standing_models import StandingAct

NOT_FOUND = "没有找到这个受理号。请对照收据再看一遍：一共 10 位，里面没有 0、1、O、I。"
CANNOT_LOOK_UP = "现在查不了，不是您的错，您的选票没有变。请过几分钟再来。"

_READING = ["GET", "HEAD"]


@dataclass(slots=True)
class Case:
    """What a 受理号 leads to: its ballot, the void that keeps it out, what was objected."""

    number: str = ""
    ballot: Ballot | None = None
    act: StandingAct | None = None
    objection: VoterObjection | None = None
    problem: str = ""
    status: int = 200

    @property
    def deadline(self) -> datetime | None:
        return objection_deadline(self.act.made_at) if self.act else None

    def may_object(self, now: datetime) -> bool:
        return (
            self.deadline is not None and self.objection is None and now < self.deadline
        )


def case_of(poll: FrozenPoll | None, number: str) -> Case:
    if not number:
        return Case()
    try:
        ballot = find_ballot(poll, number) if poll else None
        if ballot is None:
            return Case(number=number, problem=NOT_FOUND)
        return Case(
            number=as_printed(number),
            ballot=ballot,
            act=void_of_ballot(ballot.id),
            objection=objection_for(poll, ballot),
        )
    except PollArchived as refusal:
        return Case(number=number, problem=refusal.message)
    except Unavailable:
        return Case(number=number, problem=CANNOT_LOOK_UP, status=UNAVAILABLE)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(burst="30/10s", sustained="600/10m", when_down="open", method=_READING)
@limited(burst="6/10s", sustained="60/10m", when_down="closed", method="POST")
def objection(request: HttpRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    poll, now = frozen_poll(slug), timezone.now()
    sent = request.POST if request.method == "POST" else request.GET
    case = case_of(poll, sent.get("number", "").replace("\x00", "").strip()[:40])
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if case.may_object(now) and form.is_valid():
        try:
            make_objection(poll=poll, ballot=case.ballot, now=now, **form.cleaned_data)
        except ObjectionRefused as refusal:
            form.add_error(None, refusal.message)
            case = case_of(poll, case.number)
        else:
            query = urlencode({"number": case.number, "sent": 1})
            address = reverse("voting:objection", args=[slug])
            return HttpResponseRedirect(f"{address}?{query}", status=303)
    context = {
        "contest": contest,
        "case": case,
        "form": form,
        "may_object": case.may_object(now),
        "was_sent": request.GET.get("sent") == "1",
    }
    return render(
        request, "voting/integrity/objection.html", context, status=case.status
    )
