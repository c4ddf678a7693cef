"""Every change that code makes to the site's own pages happens here."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.models import Page, Site

from site_cms.accounts.models import User
from site_cms.pages.errors import ConsentMissing
from site_cms.pages.models import GovernmentSettings
from site_cms.pages.page_types import (
    Article,
    HelpPage,
    HomePage,
    NewsIndexPage,
    NewsPage,
    NoticeIndexPage,
    NoticePage,
)
from site_cms.pages.people import PeopleIndexPage, PersonPage
from site_cms.trail import services as trail

_HELP = (
    "<h2>怎样看单位</h2><p>打开“看单位”，输入编号或名称，或按类别、领域查找。</p>"
    "<h2>怎样评</h2><p>打开“评一评”，选上您认可的单位，核对后提交。"
    "提交成功会给您一个受理号，请拍照或抄下来。</p>"
    "<h2>看不清</h2><p>每一页的上方都有“大字版”和“高对比”。</p>"
)


@transaction.atomic
def create_site_tree(
    *,
    by: User | None,
    name: str,
    now: datetime,
    origin: str = "",
    hero_text: str = "",
) -> HomePage:
    """Home page with its notices, news, people and help. Running it again changes nothing."""
    existing = HomePage.objects.first()
    if existing:
        return existing
    root = Page.get_first_root_node()
    root.get_children().filter(slug="home", depth=2).delete()
    root = Page.objects.get(pk=root.pk)
    root.title = root.draft_title = "全部网页"
    root.save(update_fields=["title", "draft_title"])
    home = root.add_child(
        instance=HomePage(
            title=name, slug="home", **({"hero_text": hero_text} if hero_text else {})
        )
    )
    address = urlsplit(origin or settings.PUBLIC_ORIGIN)
    site, _ = Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": address.hostname,
            "port": address.port or (443 if address.scheme == "https" else 80),
            "root_page": home,
            "site_name": name,
        },
    )
    help_page = HelpPage(title="帮助", slug="help", body=[("paragraph", _HELP)])
    for page in (
        NoticeIndexPage(title="公告", slug="notices"),
        NewsIndexPage(title="动态", slug="news"),
        PeopleIndexPage(title="典型人物", slug="people"),
        help_page,
    ):
        home.add_child(instance=page)
    GovernmentSettings.objects.update_or_create(
        site=site, defaults={"help_page": help_page}
    )
    trail.record(
        by=by,
        action="site.created",
        subject=home,
        sentence=f"建立网站“{name}”",
        now=now,
    )
    return home


@transaction.atomic
def describe_site(
    *, by: User | None, now: datetime, **fields: Any
) -> GovernmentSettings:
    """Fill in what header, footer and labels say about the site."""
    about = GovernmentSettings.for_site(Site.objects.get(is_default_site=True))
    for name, value in fields.items():
        setattr(about, name, value)
    about.full_clean()
    about.save()
    trail.record(
        by=by,
        action="site.described",
        subject=about,
        sentence="修改网站信息",
        now=now,
        details={name: str(value) for name, value in fields.items()},
    )
    return about


def publish_notice(
    *,
    by: User | None,
    title: str,
    slug: str,
    published_on: date,
    now: datetime,
    **fields: Any,
) -> NoticePage:
    """Publish a notice with ``intro``, ``source`` and ``body`` where given."""
    page = NoticePage(title=title, slug=slug, published_on=published_on, **fields)
    return _publish_article(by=by, parent=NoticeIndexPage, page=page, now=now)


def publish_news(
    *,
    by: User | None,
    title: str,
    slug: str,
    published_on: date,
    now: datetime,
    **fields: Any,
) -> NewsPage:
    page = NewsPage(title=title, slug=slug, published_on=published_on, **fields)
    return _publish_article(by=by, parent=NewsIndexPage, page=page, now=now)


def publish_person(
    *,
    by: User | None,
    title: str,
    slug: str,
    published_on: date,
    now: datetime,
    **fields: Any,
) -> PersonPage:
    """Publish somebody's page, unless the consent is not on record."""
    page = PersonPage(title=title, slug=slug, published_on=published_on, **fields)
    if not page.has_consent:
        raise ConsentMissing
    return _publish_article(by=by, parent=PeopleIndexPage, page=page, now=now)


@transaction.atomic
def publish_help(
    *, by: User | None, title: str, slug: str, now: datetime, **fields: Any
) -> HelpPage:
    page = HelpPage(title=title, slug=slug, **fields)
    HomePage.objects.get().add_child(instance=page)
    return _published(by=by, page=page, now=now)


@transaction.atomic
def _publish_article(
    *,
    by: User | None,
    parent: type[NoticeIndexPage | NewsIndexPage | PeopleIndexPage],
    page: Article | PersonPage,
    now: datetime,
) -> Any:
    parent.objects.get().add_child(instance=page)
    return _published(by=by, page=page, now=now)


def _published(*, by: User | None, page: Any, now: datetime) -> Any:
    """Whoever calls has asked who may: the second person of an act publishes its notice."""
    revision = page.save_revision(user=by, log_action=False)
    revision.publish(user=by, changed=False, skip_permission_checks=True)
    trail.record(
        by=by,
        action="page.published",
        subject=page,
        sentence=f"发布{page._meta.verbose_name}“{page.title}”",
        now=now,
    )
    page.refresh_from_db()
    return page
