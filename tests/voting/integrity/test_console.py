"""The console: who may open what, what it shows, and what it never shows."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from showcase.contests.models import Contest
from showcase.units.services import set_affiliation
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.trail.models import Proposal, TrailEntry
from tests.factories import (
    HOUR,
    NOW,
    make_contest,
    make_entry,
    make_operator,
    make_unit,
    open_poll,
    sign_in,
)
from tests.factories.integrity import (
    WORDS,
    hold,
    make_group,
    numbers_of,
    officer,
    propose,
    store_ballots,
    supervisor,
    void,
)
from voting.integrity.console.urls import urlpatterns
from voting.polls.standing_models import StandingAct

pytestmark = pytest.mark.django_db

NAMES = ("青石乡人民政府", "县教育体育局", "县人民医院")
# Odd numbers of ballots and picks, so that none of them occurs on a page by chance.
BALLOTS = 137


def client_of(*roles: Role) -> tuple[Client, object]:
    client = Client()
    return client, sign_in(client, make_operator(*roles))


def at(name: str, group, **more) -> str:
    slug = group.poll.contest.slug
    if name in {"poll", "objections", "thresholds"}:
        return reverse(f"integrity:{name}", args=[slug])
    return reverse(f"integrity:{name}", args=[slug, group.number])


def text_of(answer) -> str:
    shown = re.sub(
        r"(?s)<script.*?</script>|<style.*?</style>", " ", answer.content.decode()
    )
    return re.sub(r"<[^>]*>", " ", shown)


@pytest.fixture(autouse=True)
def _groups(db):
    sync_groups()


@pytest.fixture
def named_poll():
    """A poll whose units have names that occur nowhere else, and two sorts of ballots."""
    now = timezone.now()
    contest = make_contest(poll_opens_at=now - HOUR, poll_closes_at=now + HOUR)
    for name in NAMES:
        unit = make_unit(name=name, short_name=name)
        make_entry(contest=contest, unit=unit)
    poll = open_poll(contest=contest)
    store_ballots(poll, 59, picks=(2,))
    return poll


def test_no_console_address_tells_of_an_entry_before_the_close(named_poll):
    poll = named_poll
    fresh = make_group(poll, ballots=BALLOTS, picks=(1, 3))
    held = make_group(poll, ballots=41, picks=(1,))
    hold(held)
    proposed = make_group(poll, ballots=44, picks=(3,))
    hold(proposed)
    propose(proposed)
    decided = make_group(poll, ballots=47, picks=(1, 2))
    act = void(decided)
    client, _ = client_of(Role.INTEGRITY, Role.SUPERVISOR, Role.AUDITOR)
    walked = []
    for group in (fresh, held, proposed, decided):
        for pattern in urlpatterns:
            if pattern.name == "objection":
                continue
            address = (
                reverse("integrity:index")
                if pattern.name == "index"
                else at(pattern.name, group)
            )
            answer = client.get(address, follow=True)
            assert answer.status_code == 200, address
            walked.append((address, answer))
    public = Client().get(reverse("voting:voids", args=[act.poll.contest.slug]))
    walked.append(("voids", public))
    # What the three entries have got: 137 + 41 + 47, 59 + 47 and 137 + 44.
    sums = {225, 106, 181}
    for address, answer in walked:
        html = answer.content.decode()
        assert not [name for name in NAMES if name in html], address
        numbers = {
            int(n) for n in re.findall(r"(?<![\d.])\d+(?![\d.])", text_of(answer))
        }
        assert not sums & numbers, address
    entries = TrailEntry.objects.values_list("sentence", "details")
    assert not [name for name in NAMES if name in str(list(entries))]


def test_the_losses_are_shown_after_the_close_and_each_view_is_recorded(named_poll):
    group = make_group(named_poll, ballots=47, picks=(1, 3))
    void(group)
    client, user = client_of(Role.INTEGRITY)

    before = text_of(client.get(at("losses", group)))
    assert "还没有截止" in before
    assert not TrailEntry.objects.filter(action="losses.viewed").exists()

    close(group)
    after = text_of(client.get(at("losses", group)))

    rows = re.findall(r"(0\d) (\S+)\s+(\d+)", after)
    assert rows == [
        ("01", NAMES[0], "47"),
        ("02", NAMES[1], "0"),
        ("03", NAMES[2], "47"),
    ]
    entry = TrailEntry.objects.get(action="losses.viewed")
    assert (entry.by, entry.sentence) == (user, "查看作废第 1 组让各单位少了多少票")


def close(group) -> None:
    Contest.objects.filter(pk=group.poll.contest_id).update(
        poll_opens_at=timezone.now() - 2 * HOUR, poll_closes_at=timezone.now() - HOUR
    )


def test_the_losses_of_a_group_that_is_not_void_are_shown_to_nobody(named_poll):
    group = make_group(named_poll, ballots=47)
    hold(group)
    close(group)
    client, _ = client_of(Role.INTEGRITY, Role.SUPERVISOR)

    told = text_of(client.get(at("losses", group)))

    assert "还没有决定作废" in told
    assert not [name for name in NAMES if name in told]


@pytest.mark.parametrize(
    ("role", "page", "status"),
    [
        pytest.param(Role.INTEGRITY, "hold", 200, id="officer holds"),
        pytest.param(Role.INTEGRITY, "decide", 302, id="officer does not confirm"),
        pytest.param(Role.SUPERVISOR, "hold", 302, id="supervisor does not hold"),
        pytest.param(Role.SUPERVISOR, "propose", 302, id="supervisor does not propose"),
        pytest.param(Role.SUPERVISOR, "decide", 200, id="supervisor confirms"),
        pytest.param(Role.AUDITOR, "group", 200, id="auditor reads"),
        pytest.param(Role.AUDITOR, "losses", 302, id="auditor sees no losses"),
        pytest.param(Role.ADMINISTRATOR, "group", 302, id="administrator keeps out"),
    ],
)
def test_roles_open_their_pages(role, page, status):
    group = make_group()
    client, _ = client_of(role)

    assert client.get(at(page, group)).status_code == status


def test_an_officer_reads_what_will_happen_before_holding():
    group = make_group()
    client, _ = client_of(Role.INTEGRITY)
    address = at("hold", group)

    preview = client.post(address, {"reason": "像是程序提交的。"})
    assert StandingAct.objects.count() == 0
    assert "公众会读到" in text_of(preview)
    client.post(address, {"reason": "像是程序提交的。", "confirmed": "1"})

    assert numbers_of(group.poll).held == 20
    assert StandingAct.objects.get().reason == "像是程序提交的。"


def test_two_people_void_a_group_through_the_pages():
    group = make_group()
    first, officer_ = client_of(Role.INTEGRITY)
    second, supervisor_ = client_of(Role.SUPERVISOR)
    hold(group)

    given = {"code": "pool", "reason": WORDS, "evidence": "抽查了 20 张。"}
    assert "代理地址池" in text_of(first.post(at("propose", group), given))
    first.post(at("propose", group), given | {"confirmed": "1"})
    proposal = Proposal.objects.get()
    page = text_of(second.get(at("decide", group)))
    assert "抽查了 20 张。" in page
    answer = {
        "proposal": proposal.pk,
        "agree": "yes",
        "looked": "on",
        "unnamed": "on",
    }
    second.post(at("decide", group), answer)

    act = StandingAct.objects.get(kind="void")
    assert (act.proposed_by, act.confirmed_by) == (officer_, supervisor_)
    assert numbers_of(group.poll).void == 20


def test_whoever_agrees_says_that_they_looked():
    group = make_group()
    hold(group)
    proposal = propose(group)
    client, _ = client_of(Role.SUPERVISOR)

    answer = client.post(at("decide", group), {"proposal": proposal.pk, "agree": "yes"})

    assert "同意以前请做到这一条" in text_of(answer)
    assert numbers_of(group.poll).void == 0


def test_a_page_of_yesterday_confirms_nothing():
    group = make_group()
    hold(group)
    proposal = propose(group)
    client, _ = client_of(Role.SUPERVISOR)
    sent = {"proposal": proposal.pk + 1, "agree": "yes", "looked": "1", "unnamed": "1"}

    answer = client.post(at("decide", group), sent)

    assert "已经不在等待了" in text_of(answer)
    assert numbers_of(group.poll).void == 0


def test_what_was_typed_is_kept_when_it_is_refused():
    group = make_group()
    hold(group)
    unit = group.poll.contest.entries.first().unit
    client, _ = client_of(Role.INTEGRITY)
    given = {
        "code": "script",
        "reason": f"给{unit.name}刷的票",
        "evidence": "抽查了 20 张。",
        "confirmed": "1",
    }

    answer = client.post(at("propose", group), given)

    assert "不能写参评单位的名字" in text_of(answer)
    assert "抽查了 20 张。" in answer.content.decode()


def test_somebody_of_a_unit_looks_and_is_told_why_there_are_no_buttons():
    group = make_group()
    client, user = client_of(Role.INTEGRITY)
    set_affiliation(
        by=None, user=user, unit=group.poll.contest.entries.first().unit, now=NOW
    )

    page = client.get(at("group", group))

    assert "按回避规定，您只能看" in text_of(page)
    assert at("hold", group) not in page.content.decode()


def test_the_ballots_of_a_group_are_rows_without_numbers_or_places(named_poll):
    group = make_group(named_poll, ballots=60)
    client, _ = client_of(Role.INTEGRITY)

    page = client.get(at("ballots", group))

    assert len(page.context["page"].object_list) == 50
    told = text_of(page)
    assert "第 1 页，共 2 页" in told
    assert not re.search(r"[2-9A-Y]{4}-[2-9A-Y]{4}-[2-9A-Y]{2}", told)
    second = client.get(at("ballots", group) + "?p=2")
    assert len(second.context["page"].object_list) == 10


def test_the_overview_says_what_waits_for_whom():
    poll = open_poll()
    new, held, proposed = (make_group(poll) for _ in range(3))
    hold(held)
    hold(proposed)
    by = officer(last_name="孙", first_name="胜利")
    propose(proposed, by=by)
    client, _ = client_of(Role.SUPERVISOR)

    waiting = client.get(at("poll", new)).context["overview"].waiting

    assert [(each.what, each.is_mine) for each in waiting] == [
        ("孙胜利提出：作废第 3 组的 20 张选票", True),
        ("第 1 组还没有人看，20 张", False),
        ("第 2 组隔离着 20 张，还没有提议作废，也没有放回", False),
    ]


def test_the_menu_shows_the_console_to_those_who_may_open_it():
    for role, is_shown in ((Role.INTEGRITY, True), (Role.HOST, False)):
        client, _ = client_of(role)
        assert (
            "/admin/integrity/" in client.get("/admin/").content.decode()
        ) is is_shown


def test_a_poll_that_was_not_opened_has_no_console():
    client, _ = client_of(Role.INTEGRITY)
    assert client.get(reverse("integrity:poll", args=["no-such"])).status_code == 404


def test_the_public_page_says_how_many_and_why_and_who():
    poll = open_poll()
    group = make_group(poll, ballots=30)
    store_ballots(poll, 12)
    act = void(
        group,
        by=officer(last_name="孙", first_name="胜利"),
        second=supervisor(last_name="吴", first_name="桂芳"),
        now=timezone.now(),
    )

    page = text_of(
        Client().get(reverse("voting:voids", args=[group.poll.contest.slug]))
    )

    for words in (
        "42 张",
        "30 张，刷票脚本",
        WORDS,
        "防刷票专员 孙胜利 提出，监督员 吴桂芳 确认",
        f"第 {act.log_entry.number} 条",
        "时间、来路",
    ):
        assert words in page
    assert "少的票" not in page


def test_hours_and_directions_follow_when_the_openings_are_public(settings):
    settings.OPENINGS_GATE = "tests.voting.integrity.test_console.always"
    group = make_group(ballots=30, picks=(1, 2), at=NOW - timedelta(hours=3))
    void(group)

    page = text_of(
        Client().get(reverse("voting:voids", args=[group.poll.contest.slug]))
    )

    assert "每小时作废多少张" in page
    assert "少的票" in page
    assert re.search(r"01 第 \d+ 单位\s+30\s", page)


def always(contest, *, now) -> bool:
    return True


def test_of_a_few_void_ballots_nothing_is_summed_up(settings, named_poll):
    """The sum of few ballots would tell what one person picked."""
    settings.OPENINGS_GATE = "tests.voting.integrity.test_console.always"
    group = make_group(named_poll, ballots=19, picks=(1,))
    void(group)
    close(group)
    client, _ = client_of(Role.INTEGRITY)

    console = text_of(client.get(at("losses", group)))
    page = text_of(
        Client().get(reverse("voting:voids", args=[group.poll.contest.slug]))
    )

    for told in (console, page):
        assert "不足 20 张" in told
        assert not [name for name in NAMES if name in told]


def test_the_public_page_of_a_poll_without_voids_says_so():
    poll = open_poll()
    contest = Contest.objects.get(pk=poll.contest_id)

    page = Client().get(reverse("voting:voids", args=[contest.slug]))

    assert "到现在，没有作废过选票" in text_of(page)
