"""Before the reveal: write its script, print it, hand out the presenter's card."""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import F

from showcase.contests.models import Contest
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from voting.judging.cards import Card, new_card, pin_hash, token_hash
from voting.judging.errors import PinBlocked, WrongPin
from voting.judging.queries import night_of
from voting.judging.rules import PIN_TRIES
from voting.judging.weight_queries import rehearsed_outcome
from voting.results.models import Publication
from voting.results.queries import standing_result
from voting.results.reveal_errors import RevealError
from voting.results.reveal_models import Presenter, RevealScript
from voting.results.reveal_queries import (
    current_script,
    is_made_up,
    is_released,
    presenter_of,
    running_reveal,
)
from voting.results.reveal_rules import Order, Script, write_script


@transaction.atomic
def keep_script(
    *,
    by: User | None,
    publication: Publication,
    now: datetime,
    order: Order | None = None,
) -> RevealScript:
    """Write the script of a result that stands, in the order chosen last.

    The same again is not kept twice.
    """
    computation = publication.computation
    before = current_script(publication.contest)
    order = order or (before.script.order if before else Order.LAST_FIRST)
    script = _script(
        publication.contest,
        computation.rule_sheet.rules,
        computation.outcome,
        computation.outcome_hash,
        order,
    )
    return _kept(by, publication.contest, publication, script, now)


@transaction.atomic
def choose_order(
    *, by: User, contest: Contest, order: Order, now: datetime
) -> RevealScript:
    """Write the script of what stands in this order; what was printed before is void.

    In a rehearsal without a result its places are invented.
    """
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    if running_reveal(contest):
        raise RevealError("揭晓已经开始，脚本没有重写。要改，请先中止揭晓。")
    if is_released(contest):
        raise RevealError("结果已经公开，揭晓脚本不再改。")
    if is_made_up(contest):
        return _keep_invented(by, contest, order, now)
    publication = standing_result(contest)
    if publication is None:
        raise RevealError("拟定结果还没有确定，写不出揭晓脚本。")
    return keep_script(by=by, publication=publication, now=now, order=order)


def _keep_invented(
    by: User, contest: Contest, order: Order, now: datetime
) -> RevealScript:
    rules, outcome = rehearsed_outcome(contest, now=now)
    written = outcome.to_json()
    script = _script(contest, rules, written, outcome.hash(), order)
    return _kept(by, contest, None, script, now)


def _script(contest, rules, outcome, outcome_hash, order) -> Script:
    night = night_of(contest)
    entries = contest.entries.select_related("unit")
    return write_script(
        rules,
        outcome,
        outcome_hash=outcome_hash,
        short_names={entry.plate: entry.unit.short_name for entry in entries},
        marks_are_known=bool(night and night.shows_scores),
        order=order,
    )


def _kept(
    by: User | None,
    contest: Contest,
    publication: Publication | None,
    script: Script,
    now: datetime,
) -> RevealScript:
    latest, script_hash = current_script(contest), script.hash()
    if latest is not None and (latest.publication, latest.script_hash) == (
        publication,
        script_hash,
    ):
        return latest
    kept = RevealScript.objects.create(
        contest=contest,
        publication=publication,
        document=script.to_json(),
        script_hash=script_hash,
        made_at=now,
        made_by=by,
    )
    trail.record(
        by=by,
        action="reveal.written",
        subject=kept,
        sentence=f"写成揭晓脚本 {kept.code}，{script.order.words}",
        now=now,
        details={"script_hash": script_hash, "made_up": publication is None},
    )
    return kept


@transaction.atomic
def note_printed(*, by: User, script: RevealScript, now: datetime) -> None:
    """Somebody saw the names on paper: that is on the record."""
    trail.record(
        by=by,
        action="reveal.printed",
        subject=script,
        sentence=f"打印封存的揭晓顺序 {script.code}，一式两份",
        now=now,
    )


@transaction.atomic
def issue_presenter(
    *, by: User, contest: Contest, name: str, now: datetime
) -> tuple[Presenter, Card]:
    """A card for whoever reads aloud. The one before it opens nothing from here on."""
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    if before := presenter_of(contest):
        before.withdrawn_at = now
        before.save(update_fields=["withdrawn_at"])
    card = new_card()
    card_hash = token_hash(card.token)
    presenter = Presenter.objects.create(
        contest=contest,
        name=name,
        card_hash=card_hash,
        pin_hash=pin_hash(card_hash, card.pin),
        made_at=now,
        made_by=by,
    )
    trail.record(
        by=by,
        action="reveal.card",
        subject=presenter,
        sentence=f"给宣读人 {name} 发提词卡" + ("，原来的卡停用" if before else ""),
        now=now,
    )
    return presenter, card


@transaction.atomic
def withdraw_presenter(*, by: User, contest: Contest, now: datetime) -> None:
    """Lost or no longer needed: the card opens nothing from here on."""
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    presenter = presenter_of(contest)
    if presenter is None:
        raise RevealError("现在没有宣读人的提词卡，什么都没有改变。")
    presenter.withdrawn_at = now
    presenter.save(update_fields=["withdrawn_at"])
    trail.record(
        by=by,
        action="reveal.card",
        subject=presenter,
        sentence=f"停用宣读人 {presenter.name} 的提词卡",
        now=now,
    )


def sign_in_presenter(*, presenter: Presenter, pin: str, now: datetime) -> Presenter:
    """The phone that knows the PIN reads the words; another one that did so no longer does.

    Each try is counted before it is looked at, and a wrong one stays counted.
    """
    counted = Presenter.objects.filter(
        pk=presenter.pk, pin_failures__lt=PIN_TRIES, withdrawn_at=None
    ).update(pin_failures=F("pin_failures") + 1)
    if not counted:
        raise PinBlocked("密码错的次数太多，这张提词卡已停用。请管理员另发一张。")
    if pin_hash(presenter.card_hash, pin) != presenter.pin_hash:
        raise WrongPin("密码不对。密码和卡分开发放，是 6 位数字，错 5 次停用。")
    return _signed_in(presenter, now)


@transaction.atomic
def _signed_in(presenter: Presenter, now: datetime) -> Presenter:
    presenter = Presenter.objects.select_for_update().get(pk=presenter.pk)
    presenter.device, presenter.pin_failures = secrets.token_hex(16), 0
    presenter.save(update_fields=["device", "pin_failures"])
    trail.record(
        by=None,
        action="reveal.signed_in",
        subject=presenter,
        sentence=f"{presenter} 打开提词",
        now=now,
    )
    return presenter
