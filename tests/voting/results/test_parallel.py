"""Several supervisors agree in the same instant, on real connections."""

import http.client
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from site_cms.accounts.roles import Role
from site_cms.trail.models import Decision
from tests.factories import (
    NOW,
    REVISED,
    correct_a_mark,
    make_computation,
    make_decided_contest,
    make_operator,
    make_publication,
    make_rule_sheet,
    make_user,
    sign_in,
)
from voting.results.finalising_services import propose_finalisation
from voting.results.models import Finalisation, Publication
from voting.results.revising_services import propose_revision
from voting.results.services import propose_publication
from voting.rulesheets.services import propose_freeze

pytestmark = pytest.mark.django_db(transaction=True)

SUPERVISORS = 4


class Supervisor:
    """Somebody who has the page open and is about to agree."""

    def __init__(self, url: str, proposal) -> None:
        client = Client()
        sign_in(client, make_operator(Role.SUPERVISOR))
        page = client.get(url).content.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        answer = {"act": "answer", "proposal": proposal.pk, "agree": "yes"}
        self.body = urlencode(answer | {"csrfmiddlewaretoken": token})
        cookies = "; ".join(f"{c.key}={c.value}" for c in client.cookies.values())
        self.headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": cookies,
        }


def agree_together(live_server, url: str, proposals) -> list[int]:
    people = [Supervisor(url, proposal) for proposal in proposals]
    barrier = Barrier(len(people))

    def agree(person: Supervisor) -> int:
        server = http.client.HTTPConnection(urlsplit(live_server.url).netloc)
        server.connect()
        barrier.wait()
        server.request("POST", url, person.body, person.headers)
        answer = server.getresponse()
        answer.read()
        server.close()
        return answer.status

    with ThreadPoolExecutor(len(people)) as threads:
        return list(threads.map(agree, people))


def test_four_supervisors_at_once_publish_one_result(live_server):
    contest = make_decided_contest()
    computation = make_computation(contest)
    proposal = propose_publication(
        by=make_user(), computation=computation, reason="核对无误", now=NOW
    )
    url = reverse("voting:results_manage", args=[contest.slug])

    answers = agree_together(live_server, url, [proposal] * SUPERVISORS)

    assert set(answers) <= {200, 302}
    assert Publication.objects.count() == 1
    assert Decision.objects.filter(proposal=proposal).count() == 1


def test_four_supervisors_at_once_make_one_result_final(live_server):
    publication = make_publication()
    closes_at = publication.contest.notice_terms.get().closes_at
    proposal = propose_finalisation(
        by=make_user(), publication=publication, reason="公示期满", now=closes_at
    )
    url = reverse("voting:results_manage", args=[publication.contest.slug])

    answers = agree_together(live_server, url, [proposal] * SUPERVISORS)

    assert set(answers) <= {200, 302}
    assert Finalisation.objects.count() == 1
    assert Decision.objects.filter(proposal=proposal).count() == 1


def test_four_supervisors_at_once_correct_a_result_once(live_server):
    publication = make_publication()
    correct_a_mark(publication.contest, number=3, results="60", now=NOW)
    proposal = propose_revision(
        by=make_user(),
        computation=make_computation(publication.contest),
        reason=REVISED,
        now=NOW,
    )
    url = reverse("voting:results_manage", args=[publication.contest.slug])

    answers = agree_together(live_server, url, [proposal] * SUPERVISORS)

    assert set(answers) <= {200, 302}
    assert [each.revision for each in Publication.objects.order_by("pk")] == [0, 1]
    assert Decision.objects.filter(proposal=proposal).count() == 1


def test_four_supervisors_at_once_freeze_the_rules_once(live_server):
    sheet = make_rule_sheet()
    proposal = propose_freeze(
        by=make_user(), rule_sheet=sheet, reason="会议通过", now=NOW
    )
    url = reverse("voting:rules_freeze", args=[sheet.contest.slug])

    answers = agree_together(live_server, url, [proposal] * SUPERVISORS)

    sheet.refresh_from_db()
    assert set(answers) <= {200, 302}
    assert sheet.is_frozen
    assert Decision.objects.filter(proposal=proposal).count() == 1
