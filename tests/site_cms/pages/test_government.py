import pytest
from django.test import RequestFactory
from wagtail.models import Page, Site

from site_cms.pages.models import GovernmentSettings
from site_cms.pages.queries import government_of, navigation_of
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db


def make_government(**fields) -> GovernmentSettings:
    return GovernmentSettings.objects.create(site=Site.objects.get(), **fields)


def test_reading_before_anything_is_filled_in_writes_nothing():
    government = government_of(RequestFactory().get("/"))

    assert government.full_name == "红旗争夺赛"
    assert GovernmentSettings.objects.count() == 0


def test_blank_slots_are_left_out(client):
    page = client.get("/nowhere/").text

    assert [
        word
        for word in (
            "SiteDomain",
            "SiteIDCode",
            "主办单位",
            "beian",
            'class="official"',
        )
        if word in page
    ] == []


def test_labels_and_footer_come_from_the_settings(client):
    make_government(
        place="临河县",
        official_line="临河县人民政府主办",
        site_domain="example.gov.cn",
        site_code="1305350001",
        sponsor="临河县人民政府",
        organiser="为民办实事工作办公室",
        phone="0319-000 0000",
        icp_number="冀ICP备00000000号",
        police_number="冀公网安备 13053500000000 号",
        badge_url="https://bszs.conac.cn/sitename?method=show&id=1",
        error_report_url="https://zfwzgl.www.gov.cn/exposure/jiucuo.html",
    )

    page = client.get("/nowhere/").text

    for part in (
        "<title>没有找到这一页 · 临河县红旗争夺赛</title>",
        '<meta name="SiteName" content="临河县红旗争夺赛">',
        '<meta name="SiteDomain" content="example.gov.cn">',
        '<meta name="SiteIDCode" content="1305350001">',
        '<a class="footer__phone" href="tel:03190000000">0319-000 0000</a>',
        '<a href="https://beian.miit.gov.cn/" rel="noopener">冀ICP备00000000号</a>',
        "webSearch?code=13053500000000",
        ">党政机关网站标识</a>",
        '<a href="https://zfwzgl.www.gov.cn/exposure/jiucuo.html">网站纠错</a>',
        "网站标识码 1305350001",
        "为民办实事工作办公室",
    ):
        assert part in page


def test_footer_links_to_published_pages_only(client):
    home = Site.objects.get().root_page
    rules = home.add_child(instance=Page(title="规则", slug="rules"))
    draft = home.add_child(instance=Page(title="隐私", slug="privacy", live=False))
    make_government(rules_page=rules, privacy_page=draft)

    page = client.get("/nowhere/").text

    assert ">活动规则</a>" in page
    assert ">隐私说明</a>" not in page


@pytest.mark.parametrize(
    ("path", "current"),
    [
        pytest.param("/", "首页", id="home"),
        pytest.param("/units/", "看单位", id="a tab's own page"),
        pytest.param("/units/07/", "看单位", id="below a tab"),
        pytest.param("/news/", None, id="elsewhere"),
    ],
)
def test_tab_one_is_in_is_marked(settings, path, current):
    settings.SITE_NAVIGATION = [("首页", "/"), ("看单位", "/units/")]

    tabs = navigation_of(RequestFactory().get(path))

    assert [tab["label"] for tab in tabs if tab["current"]] == [current] * bool(current)


def test_navigation_can_name_an_address(settings):
    settings.SITE_NAVIGATION = [("样张", "design:paper")]

    assert navigation_of(RequestFactory().get("/")) == [
        {"label": "样张", "url": "/design/", "current": False}
    ]


def test_administrator_edits_them_under_chinese_labels(client):
    sign_in(client, make_user(is_superuser=True))

    page = client.get(
        f"/admin/settings/site_cms/governmentsettings/{Site.objects.get().pk}/"
    ).text

    assert [
        label
        for label in ("网站标识码", "ICP 备案号", "党政机关网站标识链接", "页脚链接")
        if label not in page
    ] == []


def test_frame_of_a_page_costs_few_queries(client, django_assert_max_num_queries):
    home = Site.objects.get().root_page
    pages = {
        name: home.add_child(instance=Page(title=name, slug=name.replace("_", "-")))
        for name in ("rules_page", "privacy_page", "help_page")
    }
    make_government(**pages)
    client.get("/nowhere/")

    with django_assert_max_num_queries(5):
        assert "/rules-page/" in client.get("/nowhere/").text
