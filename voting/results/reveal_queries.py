"""Reads about a reveal: the script that stands, how far it has come, who reads it aloud."""

from datetime import datetime

from showcase.contests.models import Contest
from voting.judging.cards import token_hash
from voting.judging.rehearsal_queries import rehearsal_of
from voting.results.models import Release
from voting.results.queries import standing_result
from voting.results.reveal_models import Presenter, Reveal, RevealScript


def current_script(contest: Contest) -> RevealScript | None:
    """The newest one. After a correction it may be of the result before: see ``against_revealing``."""
    scripts = RevealScript.objects.of_contest(contest)
    return scripts.select_related("contest", "publication").last()


def running_reveal(contest: Contest) -> Reveal | None:
    """While this is somebody, the result cannot be corrected: stop the reveal first."""
    reveals = Reveal.objects.of_contest(contest).running()
    return reveals.select_related("script", "contest").first()


def latest_reveal(contest: Contest) -> Reveal | None:
    reveals = Reveal.objects.of_contest(contest)
    return reveals.select_related("script", "contest", "began_by").last()


def presenter_of(contest: Contest) -> Presenter | None:
    return Presenter.objects.in_force().filter(contest=contest).first()


def presenter_at(token: str) -> Presenter | None:
    """Whose card has this address."""
    cards = Presenter.objects.in_force().select_related("contest__night")
    return cards.filter(card_hash=token_hash(token)).first()


def is_released(contest: Contest) -> bool:
    return Release.objects.filter(contest=contest).exists()


def is_made_up(contest: Contest) -> bool:
    """A rehearsal whose result nobody has agreed on: it reveals invented places."""
    return rehearsal_of(contest) is not None and standing_result(contest) is None


def against_revealing(contest: Contest, *, now: datetime) -> list[str]:
    """What keeps a reveal from beginning, in sentences."""
    if running_reveal(contest):
        return ["揭晓已经开始。"]
    if is_released(contest):
        return ["结果已经公开，没有什么可以揭晓。"]
    if is_made_up(contest):
        return _against_script(current_script(contest), "还没有写演练用的揭晓脚本。")
    standing = standing_result(contest)
    if standing is None:
        return ["拟定结果还没有确定，没有什么可以揭晓。"]
    script = current_script(contest)
    if script is not None and script.publication_id != standing.pk:
        return ["结果更正以后还没有重写揭晓脚本，封存纸也要重印。"]
    return _against_script(script, "还没有写揭晓脚本。")


def _against_script(script: RevealScript | None, missing: str) -> list[str]:
    if script is None:
        return [missing]
    if not script.document["places"]:
        return ["规则没有定红旗的名额，没有名次可以揭晓。"]
    return []


def script_of_wall(contest: Contest) -> RevealScript | None:
    """Whose flags the wall may show: of a reveal that has come to its end, or of what is public."""
    latest = latest_reveal(contest)
    if latest is not None and latest.stopped_at is None:
        is_over = (
            latest.ended_at or latest.step == len(latest.script.document["steps"]) + 1
        )
        if not is_over:
            return None
        is_newest = not is_released(contest)
        return latest.script if is_newest else current_script(contest)
    return current_script(contest) if is_released(contest) else None
