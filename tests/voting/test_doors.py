"""What the home page offers follows from what is open."""

import pytest
from django.utils import timezone

from showcase.contests.models import Contest
from tests.factories import make_night_today, make_user, open_poll
from voting.polls.models import Poll
from voting.polls.services import pause_poll, resume_poll
from voting.templatetags.voting import (
    ballot_address,
    contest_doors,
    contest_panel,
    vote_button,
)

pytestmark = pytest.mark.django_db


def test_while_judges_mark_the_home_page_leads_to_the_live_page():
    contest = make_night_today().contest

    panel = contest_panel(contest)

    assert (panel["action_label"], panel["action_url"]) == (
        "看现场实况",
        f"/live/{contest.slug}/",
    )
    assert contest_doors(contest)[0]["url"] == f"/live/{contest.slug}/"


def test_a_night_whose_gate_is_shut_is_not_promised():
    contest = make_night_today(opened=False).contest

    panel = contest_panel(contest)

    assert (panel["label"], panel["action_url"]) == ("现场评比会即将开始", "/u/")
    assert "看现场实况" not in [door["title"] for door in contest_doors(contest)]


def what_is_offered(contest: Contest) -> dict[str, object]:
    panel = contest_panel(contest)
    return {
        "label": panel["label"],
        "button": panel["action_label"],
        "doors": [door["title"] for door in contest_doors(contest)],
        "ballot": ballot_address(contest),
        "pick": vote_button(contest.entries.first())["url"],
    }


def test_while_a_poll_is_paused_no_page_offers_to_vote_and_the_home_page_says_why():
    poll, by = open_poll(), make_user()
    contest, row = Contest.objects.get(), Poll.objects.get(pk=poll.id)
    before = what_is_offered(contest)

    pause_poll(by=by, poll=row, notice="正在核查。", now=timezone.now())
    during, said = what_is_offered(contest), contest_panel(contest)["text"]
    resume_poll(by=by, poll=row, now=timezone.now())

    assert during == {
        "label": "民意测评暂停中",
        "button": "查我的选票",
        "doors": ["看单位", "查我的选票", "实事台账"],
        "ballot": "",
        "pick": "",
    }
    assert said.startswith("正在核查。")
    assert (before["label"], before["button"]) == ("民意测评进行中", "去评一评")
    assert what_is_offered(contest) == before
