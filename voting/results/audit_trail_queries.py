"""The trail of a contest as its audit bundle shows it: who did what, and what two agreed on."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.apps import apps
from django.db.models import Q

from showcase.contests.models import Contest
from site_cms.accounts.models import User
from site_cms.accounts.roles import Role
from site_cms.trail.models import Proposal, TrailEntry
from voting.judging.models import Seat

# What acts may be about, and how it leads to its contest.
SUBJECTS = {
    "showcase.Contest": "pk",
    "showcase.Entry": "contest",
    "voting.RuleSheet": "contest",
    "voting.Poll": "contest",
    "voting.Thresholds": "contest",
    "voting.SuspectGroup": "poll__contest",
    "voting.EntryNotice": "entry__contest",
    "voting.Night": "contest",
    "voting.Round": "night__contest",
    "voting.Criterion": "round__night__contest",
    "voting.Seat": "night__contest",
    "voting.Recusal": "seat__night__contest",
    "voting.DrawList": "round__night__contest",
    "voting.Draw": "round__night__contest",
    "voting.Turn": "round__night__contest",
    "voting.Computation": "contest",
    "voting.Publication": "contest",
    "voting.RevealScript": "contest",
    "voting.Release": "contest",
    "voting.Finalisation": "publication__contest",
    "voting.Reopening": "finalisation__publication__contest",
    "voting.NoticeTerm": "contest",
    "voting.Objection": "contest",
    "voting.TieLot": "contest",
    "voting.TieDecision": "contest",
}

# Acts whose sentence ends with a reason that concerns one judge alone.
_REASON_IS_PRIVATE = ("absence.", "recusal.")
# What two people say of an objection among themselves may name who objected.
_ARE_TALKED_OVER = "voting.Objection"


class SeatNames:
    """Takes the names of judges out of what people wrote, and leaves the codes of their seats."""

    def __init__(self, contest: Contest) -> None:
        seats = Seat.objects.filter(night__contest=contest)
        self._names = {seat.code: {seat.name} for seat in seats}
        changed = TrailEntry.objects.filter(
            action="seat.changed",
            subject_type=Seat._meta.label,
            subject_id__in=[str(seat.pk) for seat in seats],
        )
        codes = {str(seat.pk): seat.code for seat in seats}
        for act in changed:
            self._names[codes[act.subject_id]].update(act.details.get("name", []))

    def codes_in(self, text: str) -> str:
        """``A01 周某某`` becomes ``A01``, as our own sentences name a seat."""
        for code, names in self._names.items():
            for name in names:
                text = text.replace(f"{code} {name}", code)
        return text

    def hidden_in(self, text: str) -> str:
        """The same for what people wrote freely, where a name may stand by itself."""
        text = self.codes_in(text)
        for name in sorted({each for names in self._names.values() for each in names}):
            text = text.replace(name, "评委") if len(name) > 1 else text
        return text


def trail(contest: Contest, names: SeatNames) -> Iterator[dict[str, Any]]:
    """Every act about the contest, its poll, its night and its results, in order."""
    acts = list(
        TrailEntry.objects.filter(_about(contest)).select_related("by").order_by("id")
    )
    proposals = Proposal.objects.in_bulk(
        {act.details["proposal"] for act in acts if "proposal" in act.details}
    )
    roles = _roles_of({act.by_id for act in acts if act.by_id})
    for act in acts:
        proposal = proposals.get(act.details.get("proposal"))
        yield {
            "at": act.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "by": act.by and f"{roles[act.by_id]} {act.by}".strip(),
            "action": act.action,
            "sentence": _sentence(act, names),
            "reason": _reason(act, proposal, names),
            "decision": _decision(act, names),
        }


def _about(contest: Contest) -> Q:
    about = Q(pk__in=[])
    for label, path in SUBJECTS.items():
        rows = apps.get_model(label).objects.filter(**{path: contest.pk})
        ids = [str(pk) for pk in rows.values_list("pk", flat=True)]
        about |= Q(subject_type=label, subject_id__in=ids)
    return about


def _roles_of(ids: set[int]) -> dict[int, str]:
    labels = {role.label: place for place, role in enumerate(Role)}
    users = User.objects.filter(pk__in=ids).prefetch_related("groups")
    return {
        user.pk: "、".join(
            sorted(
                (group.name for group in user.groups.all() if group.name in labels),
                key=labels.__getitem__,
            )
        )
        for user in users
    }


def _sentence(act: TrailEntry, names: SeatNames) -> str:
    text = names.codes_in(act.sentence)
    if act.action.startswith(_REASON_IS_PRIVATE):
        return text.partition("：")[0]
    return text


def _reason(act: TrailEntry, proposal: Proposal | None, names: SeatNames) -> str | None:
    if proposal is None or act.subject_type == _ARE_TALKED_OVER:
        return None
    return names.hidden_in(proposal.reason)


def _decision(act: TrailEntry, names: SeatNames) -> str | None:
    word = {"confirmed": "同意", "rejected": "不同意"}.get(
        act.action.rpartition(".")[2]
    )
    if word is None or "proposal" not in act.details:
        return None
    remark = names.hidden_in(act.details.get("remark", ""))
    if act.subject_type == _ARE_TALKED_OVER:
        return word
    return f"{word}：{remark}" if remark else word
