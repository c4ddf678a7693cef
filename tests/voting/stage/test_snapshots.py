"""One drawing for each change: however many screens ask, in however many processes."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from site_cms.accounts.roles import Role
from tests.factories import make_night_today, make_open_turn, make_operator
from voting.judging.models import Night
from voting.stage import services
from voting.stage.models import Scene, Show, Snapshot
from voting.stage.snapshots import KEPT_FOR, forget_snapshots, snapshot_of


def make_show():
    night = make_night_today(seats=1)
    make_open_turn(night, now=timezone.now())
    show = services.make_show(night=night)
    Show.objects.update(scene=Scene.ENTRY)
    return shown(show)


def shown(show):
    """As the next request reads it."""
    return Show.objects.with_what_is_shown().get(pk=show.pk)


@pytest.mark.django_db
def test_forty_screens_cost_one_drawing_a_change():
    show = make_show()
    host = make_operator(Role.HOST)

    bodies = {Client().get(f"/screen/{show.token}/state/").content for _ in range(40)}
    assert (len(bodies), Snapshot.objects.count()) == (1, 1)

    services.show_scene(
        by=host, night=show.night, scene=Scene.ORDER, now=timezone.now()
    )
    bodies = {Client().get(f"/screen/{show.token}/state/").content for _ in range(40)}
    assert (len(bodies), Snapshot.objects.count()) == (1, 2)


@pytest.mark.django_db
def test_a_restarted_process_reads_what_was_drawn(django_assert_num_queries):
    show = make_show()
    drawn = snapshot_of(show)
    forget_snapshots()
    show = shown(show)

    with django_assert_num_queries(1):
        again = snapshot_of(show)

    assert (again, Snapshot.objects.count()) == (drawn, 1)


@pytest.mark.django_db
def test_the_picture_of_the_live_page_is_that_of_the_wall():
    show = make_show()

    wall = Client().get(f"/screen/{show.token}/state/")
    phone = Client().get(f"/live/{show.night.contest.slug}/state/")

    assert (phone.content, phone["ETag"]) == (wall.content, wall["ETag"])
    assert Snapshot.objects.count() == 1


@pytest.mark.django_db
def test_a_new_name_of_the_contest_is_on_the_wall_at_once():
    show = make_show()
    before = snapshot_of(show)
    show.night.contest.night_opens_at += timedelta(minutes=5)
    show.night.contest.save()
    Show.objects.update(scene=Scene.WAITING)

    assert snapshot_of(shown(show)) != before


@pytest.mark.django_db
def test_pictures_of_an_hour_ago_are_thrown_away():
    show = make_show()
    snapshot_of(show)
    Snapshot.objects.update(drawn_at=timezone.now() - 2 * KEPT_FOR)
    Night.objects.raise_revision(show.night_id)

    snapshot_of(shown(show))

    assert Snapshot.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_processes_that_ask_at_once_wait_for_the_one_that_draws():
    """Threads that forget share nothing but the database, as processes do."""
    show = make_show()
    barrier, bodies = threading.Barrier(8), []

    def ask():
        try:
            fresh = shown(show)
            barrier.wait(timeout=60)
            forget_snapshots()
            bodies.append(snapshot_of(fresh))
        finally:
            connection.close()

    for _ in range(5):
        Night.objects.raise_revision(show.night_id)
        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)

    assert (len(bodies), len(set(bodies))) == (40, 1)
    assert Snapshot.objects.count() == 5
    assert not Snapshot.objects.filter(body="").exists()
