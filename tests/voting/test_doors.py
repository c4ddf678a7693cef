"""What the home page offers follows from what is open."""

import pytest

from tests.factories import make_night_today
from voting.templatetags.voting import contest_doors, contest_panel

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
