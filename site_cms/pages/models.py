"""What the operator of the site says about it once: names, telephone, filings."""

from django.conf import settings
from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting


def digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _footer_page(label: str, **options) -> models.ForeignKey:
    return models.ForeignKey(
        "wagtailcore.Page",
        models.SET_NULL,
        verbose_name=label,
        null=True,
        blank=True,
        related_name="+",
        **options,
    )


@register_setting(icon="site")
class GovernmentSettings(BaseSiteSetting):
    """The labels of 政府网站发展指引 and the slots of the footer. Blank ones are left out."""

    site_name = models.CharField("网站名称", max_length=40, default="红旗争夺赛")
    place = models.CharField(
        "地区",
        max_length=20,
        blank=True,
        help_text="例如：临河县。显示在网站名称下面。",
    )
    official_line = models.CharField(
        "页眉说明",
        max_length=60,
        blank=True,
        help_text="只在正式域名上填写，例如：临河县人民政府主办，网址以 .gov.cn 结尾",
    )
    description = models.CharField("一句话介绍", max_length=120, blank=True)
    site_domain = models.CharField("网站域名", max_length=100, blank=True)
    site_code = models.CharField("网站标识码", max_length=20, blank=True)

    sponsor = models.CharField("主办单位", max_length=80, blank=True)
    organiser = models.CharField("承办单位", max_length=80, blank=True)
    phone = models.CharField("咨询与监督电话", max_length=30, blank=True)
    phone_hours = models.CharField(
        "接听时间",
        max_length=60,
        blank=True,
        help_text="例如：工作日 8:30–12:00，14:30–18:00",
    )

    icp_number = models.CharField(
        "ICP 备案号",
        max_length=40,
        blank=True,
        help_text="页脚会把它链接到工业和信息化部备案系统。",
    )
    police_number = models.CharField("公安备案号", max_length=40, blank=True)
    badge_url = models.URLField(
        "党政机关网站标识链接",
        blank=True,
        help_text="事业单位在线（conac）给出的查询地址。",
    )
    badge_image = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        models.SET_NULL,
        verbose_name="党政机关网站标识图片",
        null=True,
        blank=True,
        related_name="+",
    )

    rules_page = _footer_page("活动规则")
    privacy_page = _footer_page("隐私说明")
    feedback_page = _footer_page("投诉与建议")
    accessibility_page = _footer_page("无障碍声明")
    help_page = _footer_page("帮助")
    error_report_url = models.URLField(
        "网站纠错链接",
        blank=True,
        help_text="“我为政府网站找错”平台给本站的地址。",
    )

    select_related = [
        "site__root_page",
        "badge_image",
        "rules_page",
        "privacy_page",
        "feedback_page",
        "accessibility_page",
        "help_page",
    ]

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("site_name"),
                FieldPanel("place"),
                FieldPanel("official_line"),
                FieldPanel("description"),
                FieldPanel("site_domain"),
                FieldPanel("site_code"),
            ],
            heading="网站",
        ),
        MultiFieldPanel(
            [
                FieldPanel("sponsor"),
                FieldPanel("organiser"),
                FieldPanel("phone"),
                FieldPanel("phone_hours"),
            ],
            heading="主办与联系",
        ),
        MultiFieldPanel(
            [
                FieldPanel("icp_number"),
                FieldPanel("police_number"),
                FieldPanel("badge_url"),
                FieldPanel("badge_image"),
            ],
            heading="备案与标识",
        ),
        MultiFieldPanel(
            [
                FieldPanel("rules_page"),
                FieldPanel("privacy_page"),
                FieldPanel("feedback_page"),
                FieldPanel("accessibility_page"),
                FieldPanel("help_page"),
                FieldPanel("error_report_url"),
            ],
            heading="页脚链接",
        ),
    ]

    class Meta:
        verbose_name = verbose_name_plural = "网站标识与页脚"

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.place}{self.site_name}"

    @property
    def phone_digits(self) -> str:
        return digits(self.phone)

    @property
    def police_digits(self) -> str:
        return digits(self.police_number)

    @property
    def has_filings(self) -> bool:
        return any(
            [self.site_code, self.icp_number, self.police_number, self.badge_url]
        )

    @property
    def badge_image_url(self) -> str:
        if self.badge_image is None:
            return ""
        return self.badge_image.get_rendition("height-96|format-webp").url

    @property
    def links(self) -> list[dict[str, str]]:
        """What stands in the footer, in its order; pages that were taken off are left out."""
        offered = [
            ("活动规则", self._public_url("rules_page")),
            ("隐私说明", self._public_url("privacy_page")),
            ("投诉与建议", self._public_url("feedback_page")),
            ("无障碍声明", self._public_url("accessibility_page")),
            ("网站纠错", self.error_report_url),
            ("帮助", self._public_url("help_page")),
        ]
        return [{"label": label, "url": url} for label, url in offered if url]

    def _public_url(self, name: str) -> str:
        """The address of a footer page below the site's root; none for one that is not live.

        Wagtail's own ``url`` asks the cache for the roots of all sites, a query a page; a
        county has one site, whose root comes along with these settings.
        """
        page = getattr(self, name)
        if page is None or not page.live:
            return ""
        return "/" + page.url_path.removeprefix(self.site.root_page.url_path)
