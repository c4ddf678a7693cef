"""The page from which everybody fetches what the counts can be made from again."""

import pytest
from django.urls import reverse
from django.utils import timezone

from showcase.contests.models import Contest
from tests.factories.bundles import make_sealed_poll
from voting.integrity.bundle_queries import kept_bundle
from voting.integrity.log_bundle import keep_bundle
from voting.polls.archive_models import PollArchive

pytestmark = pytest.mark.django_db

ALWAYS = "tests.voting.integrity.gates_for_tests.always"
NEVER = "tests.voting.integrity.gates_for_tests.never"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def page_of(client, poll) -> str:
    contest = Contest.objects.get(pk=poll.contest_id)
    answer = client.get(reverse("voting:log_bundle", args=[contest.slug]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_before_the_result_it_says_when_and_gives_the_verifier(client, settings):
    settings.OPENINGS_GATE = NEVER
    poll = make_sealed_poll(ballots=2)

    page = page_of(client, poll)

    assert "还没有到公开的时候" in page
    assert reverse("voting:verifier") in page
    assert "三步核对" not in page


def test_after_it_the_worker_is_waited_for_and_nothing_is_made_for_the_visitor(
    client, settings
):
    settings.OPENINGS_GATE = ALWAYS
    poll = make_sealed_poll(ballots=2)

    assert "正在打包" in page_of(client, poll)
    assert kept_bundle(Contest.objects.get(pk=poll.contest_id)) is None


def test_the_finished_zip_is_there_with_its_size_and_hash(client, settings):
    settings.OPENINGS_GATE = ALWAYS
    poll = make_sealed_poll(ballots=2)
    contest = Contest.objects.get(pk=poll.contest_id)
    kept = keep_bundle(contest=contest, now=timezone.now())

    page = page_of(client, poll)
    answer = client.get(kept.address)

    assert kept.sha256 in page
    assert f"{kept.bytes} 字节" in page
    assert f'href="{kept.address}"' in page
    assert b"".join(answer.streaming_content) == kept.path.read_bytes()
    answer.close()
    assert "immutable" in answer["Cache-Control"]
    again = client.get(
        kept.address, headers={"If-Modified-Since": answer["Last-Modified"]}
    )
    assert again.status_code == 304


def test_what_can_be_made_no_more_is_said(client, settings):
    settings.OPENINGS_GATE = ALWAYS
    poll = make_sealed_poll(ballots=2)
    PollArchive.objects.create(
        poll_id=poll.id, archived_at=timezone.now(), ballots=2, given={}
    )

    assert "核对包不在了" in page_of(client, poll)


def test_the_verifier_itself_can_be_fetched(client):
    answer = client.get(reverse("voting:verifier"))

    assert answer["Content-Disposition"] == 'attachment; filename="verify.py"'
    assert answer.content.startswith(b"#!/usr/bin/env python3\n")


@pytest.mark.parametrize("slug", ["nowhere", "x" * 300])
def test_no_contest_no_page(client, slug):
    assert client.get(f"/log/{slug}/bundle/").status_code == 404
