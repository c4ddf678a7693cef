"""Every component in every state, with invented content, for the gallery."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

COMPONENTS = "components"

LONG_NAME = "县“为民办实事、民生大事”综合协调领导小组办公室（县委督查室）"
LONG_TEXT = (
    "名称很长、简介也很长时的样子：督查 11 轮、发通报 3 期、交办问题 30 件次，"
    "件件有回音，事事有着落，逾期的全部列在台账里公开"
)


@dataclass(frozen=True)
class Specimen:
    """One component file and the states it is shown in.

    ``around`` is the element that the component must stand in, as tag and class.
    """

    name: str
    title: str
    states: list[dict[str, object]]
    around: tuple[str, str] = ("div", "stack")
    remark: str = ""

    @property
    def template_name(self) -> str:
        return f"{COMPONENTS}/{self.name}.html"

    @property
    def anchor(self) -> str:
        return "c-" + self.name.replace("/", "-").replace("_", "-")

    @property
    def parameters(self) -> str:
        """The comment at the head of the file."""
        text = (component_root() / f"{self.name}.html").read_text(encoding="utf-8")
        return (
            text.partition("{% comment %}")[2].partition("{% endcomment %}")[0].strip()
        )

    @property
    def rendered(self) -> list[SafeString]:
        return [render_to_string(self.template_name, state) for state in self.states]


@dataclass(frozen=True)
class Surface:
    """A ground on which components are looked at: paper, judge, desk, wall."""

    title: str
    css_class: str
    specimens: list[Specimen] = field(default_factory=list)


def component_root() -> Path:
    return Path(settings.TEMPLATES[0]["DIRS"][0]) / COMPONENTS


def component_names() -> set[str]:
    root = component_root()
    return {
        path.relative_to(root).with_suffix("").as_posix()
        for path in root.rglob("*.html")
    }


class SampleForm(forms.Form):
    kind = forms.ChoiceField(
        label="这件事急不急",
        widget=forms.RadioSelect,
        choices=[("2", "一般：2 个工作日答复"), ("5", "复杂：5 个工作日答复")],
    )
    phone = forms.CharField(
        label="手机号", help_text="只用来答复和回访，不公开", min_length=11
    )
    what = forms.CharField(label="什么事", widget=forms.Textarea)
    photo = forms.FileField(label="照片", required=False)
    agreed = forms.BooleanField(label="我已看过活动规则")


def _form() -> SampleForm:
    return SampleForm({"phone": "1380000000"})


def _drawing(name: str, alt: str) -> dict[str, object]:
    return {
        "url": static(f"site_cms/img/{name}-520.webp"),
        "width": 520,
        "height": 324,
        "alt": alt,
    }


def _link(label: str, *, current: bool = False, **more: object) -> dict[str, object]:
    return {"label": label, "url": "#", "current": current} | more


def paper() -> list[Specimen]:
    yard = _drawing("elder", "日间照料中心的院子里，老人围桌下棋")
    hill = _drawing("forest", "山坡上两人正在栽树，身后是成片新林")
    government = {
        "site_name": "红旗争夺赛",
        "place": "临河县（示例）",
        "full_name": "临河县红旗争夺赛（示例）",
        "site_domain": "example.gov.cn",
        "site_code": "0000000000",
        "sponsor": "中共临河县委 临河县人民政府（示例）",
        "organiser": "临河县“为民办实事”工作办公室",
        "phone": "0319-0000000",
        "phone_digits": "03190000000",
        "phone_hours": "工作日 8:30–12:00，14:30–18:00",
        "icp_number": "冀ICP备00000000号",
        "police_number": "冀公网安备 00000000000000 号",
        "police_digits": "00000000000000",
        "badge_url": "https://bszs.conac.cn/",
        "has_filings": True,
        "links": [
            _link(word)
            for word in ("活动规则", "隐私说明", "无障碍声明", "网站纠错", "帮助")
        ],
    }
    picks = [
        {"number": 7, "title": "县教育局"},
        {"number": 4, "title": "县交通运输局"},
    ]
    return [
        Specimen(
            "button",
            "按钮",
            [
                {
                    "label": "主要按钮，一页一个",
                    "url": "#",
                    "kind": "primary",
                    "large": True,
                },
                {"label": "次要按钮", "url": "#"},
                {"label": "打电话问问", "url": "#", "icon": "phone"},
                {"label": "看全部 20 个单位", "url": "#", "icon_after": "arrow"},
                {"label": "文字按钮", "url": "#", "kind": "text"},
                {"label": "提交这张选票", "type": "button", "busy": "正在提交"},
                {
                    "label": "提出异议",
                    "reason": "公示期 12 月 11 日 18:00 已结束，不能再提",
                    "reason_id": "why-not",
                },
            ],
            ("div", "row"),
            "不能按时，旁边说明原因",
        ),
        Specimen(
            "hero",
            "首页抬头",
            [
                {
                    "title": "这一年的实事，",
                    "tail": "请您来评",
                    "text": "20 个单位晒出办成的事。选出您认可的，最多 10 个。",
                    "alt": "田野、学校、居民楼和河流",
                    "heading": 3,
                }
            ],
        ),
        Specimen(
            "state",
            "状态条",
            [
                {
                    "label": "还没开始",
                    "title": "11 月 16 日（周一）9:00 开始",
                    "left_label": "还有",
                    "left": [(2, "天"), (14, "小时")],
                    "action_url": "#",
                    "action_label": "先看单位",
                },
                {
                    "kind": "open",
                    "label": "民意测评进行中",
                    "title": "11 月 28 日 18:00 截止",
                    "left_label": "还有",
                    "left": [(3, "天"), (6, "小时")],
                    "action_url": "#",
                    "action_label": "去评一评",
                },
                {
                    "kind": "closed",
                    "label": "民意测评暂停",
                    "title": "今天 14:00 继续，已投的选票不受影响",
                    "text": "发现异常刷票，正在核查",
                    "action_url": "#",
                    "action_label": "看说明",
                },
                {
                    "kind": "closed",
                    "label": "民意测评已截止",
                    "title": "结果 12 月 7 日（周一）9:00 公示",
                    "left_label": "收到选票",
                    "left": [(41326, "张")],
                    "action_url": "#",
                    "action_label": "查我的选票",
                },
                {
                    "kind": "notice",
                    "label": "公示第 2 个工作日，共 5 个",
                    "title": "到 12 月 11 日（周五）18:00",
                    "days": 2,
                    "days_total": 5,
                    "left_label": "收到异议",
                    "left": [(1, "件")],
                    "left_note": "答复前不会定稿",
                    "action_url": "#",
                    "action_label": "提出异议",
                },
            ],
            remark="未开始、进行中、暂停、截止、公示",
        ),
        Specimen("days", "公示天数", [{"day": 2, "total": 5}, {"day": 5, "total": 5}]),
        Specimen(
            "no",
            "编号",
            [
                {"number": 7},
                {"number": 18},
                {"number": 112},
                {"number": 7, "small": True},
                {"number": 7, "gold": True},
            ],
            ("div", "row"),
        ),
        Specimen("tags", "标签", [{"tags": ["教育", "医疗"]}]),
        Specimen(
            "chips",
            "筛选",
            [
                {
                    "items": [
                        _link("全部", current=True, count=20),
                        _link("乡镇（园区）", count=4),
                        _link("县直部门", count=13),
                        _link("教育"),
                    ]
                }
            ],
        ),
        Specimen(
            "status",
            "状态",
            [
                {"kind": "ok", "text": "已销号"},
                {"kind": "info", "text": "进行中，还有 25 天"},
                {"kind": "warn", "text": "待县级验收"},
                {"kind": "warn", "text": "待核，2 个工作日内有结果", "icon": "clock"},
                {"kind": "error", "text": "逾期 25 天"},
            ],
            ("div", "row"),
        ),
        Specimen(
            "card",
            "卡片",
            [
                {
                    "title": "县民政局",
                    "url": "#",
                    "number": 11,
                    "text": "日间照料进村，395 位困难群众得到救助",
                    "image": yard,
                    "tags": ["养老", "救助"],
                },
                {
                    "title": LONG_NAME,
                    "url": "#",
                    "number": 20,
                    "text": LONG_TEXT,
                    "image": hill,
                    "tags": ["综合协调", "督查"],
                },
                {"title": "还没有照片的单位", "url": "#", "number": 3},
            ],
            ("ul", "grid grid--wide"),
            "普通、超长文字、没有照片",
        ),
        Specimen(
            "picture",
            "图片",
            [{"image": yard, "css_class": "card__pic"}],
            ("div", "gallery-narrow"),
        ),
        Specimen(
            "choice",
            "选票上的一个单位",
            [
                {
                    "name": "entry",
                    "value": "11",
                    "number": 11,
                    "title": "县民政局",
                    "text": "日间照料进村，395 位困难群众得到救助",
                    "image": yard,
                    "checked": True,
                },
                {
                    "name": "entry",
                    "value": "12",
                    "number": 12,
                    "title": "县林业局",
                    "text": "荒坡造林 2.4 万亩，风沙口绿了",
                    "image": hill,
                },
                {
                    "name": "entry",
                    "value": "20",
                    "number": 20,
                    "title": LONG_NAME,
                    "text": LONG_TEXT,
                },
            ],
            ("div", "choices"),
            "选中、未选、超长且没有照片",
        ),
        Specimen(
            "pick",
            "按编号选",
            [{}, {"value": "99", "error": "没有 99 号，编号在每张卡片左上角"}],
            ("div", "gallery-one"),
        ),
        Specimen(
            "tally",
            "选择栏",
            [
                {
                    "max": 10,
                    "count": 10,
                    "static": True,
                    "message": "最多选 10 个。想换成这一个，请先点一下已选的单位把它去掉。",
                },
            ],
        ),
        Specimen(
            "picks",
            "选了哪些",
            [
                {"items": [pick | {"remove_url": "#"} for pick in picks]},
                {"items": picks},
            ],
        ),
        Specimen(
            "mark", "圆章", [{}, {"icon": "slip", "kind": "info"}], ("div", "row")
        ),
        Specimen(
            "receipt",
            "受理凭据",
            [
                {
                    "number": "LH7K-29QF-M3",
                    "rows": [
                        {"term": "收到时间", "text": "2026 年 11 月 25 日 12:00"},
                        {"term": "选了", "text": "2 个单位"},
                        {"term": "状态", "text": "已计入", "kind": "ok"},
                    ],
                    "qr": mark_safe(
                        '<svg viewBox="0 0 7 7" width="140" height="140" aria-hidden="true">'
                        '<path d="M0 0h3v3H0zM4 0h3v3H4zM0 4h3v3H0zM4 4h1v1H4zM6 6h1v1H6z"/></svg>'
                    ),
                    "qr_note": "扫码看自己选了哪些，请不要给别人看",
                    "picks": picks,
                },
                {
                    "number": "LH7K-29QF-M3",
                    "label": "上次的受理号",
                    "rows": [
                        {
                            "term": "状态",
                            "text": "待核，2 个工作日内有结果",
                            "kind": "warn",
                        }
                    ],
                },
            ],
            remark="已计入、待核",
        ),
        Specimen(
            "notice",
            "提示",
            [
                {
                    "title": "投票规则 11 月 12 日封存",
                    "text": "封存后任何人不能改。",
                    "link": "看规则",
                    "link_url": "#",
                },
                {
                    "kind": "ok",
                    "title": "已存好",
                    "text": "11:42 自动保存在这台手机上。",
                },
                {
                    "kind": "warn",
                    "title": "还有 2 小时截止",
                    "text": "今天 18:00 后不能再提交。",
                },
                {
                    "kind": "error",
                    "title": "没有提交成功",
                    "text": "网络断了。选好的 8 个单位还在，再交一次不会重复计票。",
                },
            ],
        ),
        Specimen(
            "messages",
            "办完一步之后",
            [
                {
                    "messages": [
                        _Message("success", "已保存。"),
                        _Message("error", "没有保存：时间已经截止。"),
                    ]
                }
            ],
        ),
        Specimen(
            "band",
            "示例与演练",
            [{"kind": "sample"}, {"kind": "practice"}],
        ),
        Specimen(
            "errors", "错误汇总", [{"form": _form()}], remark="写过的内容一律保留"
        ),
        Specimen(
            "field",
            "表单的一项",
            [{"field": bound} for bound in _form()]
            + [{"field": SampleForm(prefix="fresh")["phone"], "optional": True}],
            ("div", "panel"),
        ),
        Specimen(
            "field_error",
            "一项的错误",
            [{"field": SampleForm({}, prefix="alone")["what"]}],
        ),
        Specimen("search", "查找", [{"value": "教育"}]),
        Specimen("step", "任务步骤", [{"now": 2, "total": 3, "label": "核对"}]),
        Specimen(
            "stages",
            "活动阶段",
            [
                {
                    "items": [
                        {"name": "单位自荐", "when": "9 月 1–20 日", "state": "done"},
                        {"name": "初审", "when": "9 月 25 日", "state": "done"},
                        {"name": "复审", "when": "10 月 16 日", "state": "done"},
                        {"name": "公布入围", "when": "11 月 9 日", "state": "done"},
                        {"name": "民意测评", "when": "11 月 16–28 日", "state": "now"},
                        {"name": "现场评比会", "when": "12 月 4 日"},
                        {"name": "结果公示", "when": "12 月 7–11 日"},
                        {"name": "授予红旗", "when": "12 月 14 日"},
                    ]
                }
            ],
        ),
        Specimen(
            "doors",
            "您可以做什么",
            [
                {
                    "items": [
                        {
                            "icon": "photo",
                            "title": "看单位",
                            "text": "20 个入围单位晒的实事",
                            "url": "#",
                        },
                        {
                            "icon": "tick",
                            "title": "评一评",
                            "text": "约 3 分钟，每人一张选票",
                            "url": "#",
                        },
                        {
                            "icon": "slip",
                            "title": "查我的选票",
                            "text": "凭受理号，看选票在不在",
                            "url": "#",
                        },
                        {
                            "icon": "talk",
                            "title": "说件事",
                            "text": "办不成、没人管，告诉我们",
                            "url": "#",
                        },
                    ]
                }
            ],
        ),
        Specimen(
            "stat",
            "主要数字",
            [
                {
                    "value": "136",
                    "unit": "个",
                    "label": "学校开了延时服务",
                    "note": "2026 年 9 月",
                },
                {"value": "19.7", "unit": "万件", "label": "党员为民服务"},
                {
                    "value": "41",
                    "unit": "件",
                    "label": "逾期",
                    "note": "看是哪些、为什么",
                    "note_url": "#",
                },
            ],
            ("div", "stats"),
        ),
        Specimen(
            "deed",
            "实事",
            [
                {
                    "title": "照明改造",
                    "status_kind": "info",
                    "status_text": "进行中，还有 25 天",
                    "percent": 82,
                    "figures": "目标 71 个，完成 58 个",
                    "owner": "王某某",
                },
                {
                    "title": "教学点食堂",
                    "status_kind": "error",
                    "status_text": "逾期 25 天",
                    "percent": 46,
                    "late": True,
                    "figures": "原定 10 月 31 日完成",
                    "owner": "王某某",
                    "url": "#",
                },
            ],
            ("ul", "deeds"),
        ),
        Specimen(
            "progress",
            "进度",
            [
                {"percent": 82, "label": "照明改造", "text": "目标 71 个，完成 58 个"},
                {"percent": None, "label": "还没有计划的事"},
            ],
        ),
        Specimen(
            "before_after",
            "前后对比",
            [
                {
                    "before": hill,
                    "after": yard,
                    "before_when": "2025 年 11 月",
                    "after_when": "2026 年 8 月",
                    "caption": "同一位置拍摄。",
                }
            ],
        ),
        Specimen(
            "gallery",
            "照片",
            [{"images": [yard, hill, yard], "caption": "2026 年 3–9 月"}],
        ),
        Specimen(
            "quote",
            "群众的话",
            [
                {
                    "text": "漏了八年的屋顶，今年雨季没有再漏。",
                    "who": "太行小区 3 号楼 李大爷",
                }
            ],
        ),
        Specimen(
            "timeline",
            "经过",
            [
                {
                    "items": [
                        {
                            "when": "2025 年 11 月",
                            "title": "走访 136 个校点",
                            "text": "收集家长意见 2114 条",
                            "state": "done",
                        },
                        {
                            "when": "2026 年 11 月",
                            "title": "补照明和食堂",
                            "text": "两件尚未办完",
                            "state": "now",
                        },
                        {"title": "回访"},
                    ]
                }
            ],
        ),
        Specimen(
            "news",
            "公告与动态",
            [
                {
                    "items": [
                        {
                            "date": date(2026, 11, 24),
                            "title": "关于作废 1208 张异常选票的说明",
                            "url": "#",
                            "text": "作废的原因、批次和复核人已公开。",
                        },
                        {
                            "date": date(2026, 11, 9),
                            "title": "20 个入围单位名单公布",
                            "url": "#",
                        },
                    ]
                }
            ],
        ),
        Specimen("legend", "图例", [{"labels": ["现场评比 70%", "民意测评 30%"]}]),
        Specimen(
            "bar", "得分条", [{"shares": [62.03, 25.39]}, {"shares": [40, 30, 20, 10]}]
        ),
        Specimen(
            "rank",
            "一个单位的得分",
            [
                {
                    "place": 2,
                    "number": 7,
                    "title": "县教育局",
                    "url": "#",
                    "score": "87.42",
                    "shares": [62.03, 25.39],
                    "parts": "现场 62.03 ＋ 民意 25.39",
                },
                {
                    "place": 12,
                    "number": 20,
                    "title": LONG_NAME,
                    "url": "#",
                    "score": "78.96",
                    "shares": [63.2, 15.76],
                    "parts": "现场 63.20 ＋ 民意 15.76",
                },
            ],
            ("ol", "ranks"),
        ),
        Specimen(
            "cut",
            "红旗线",
            [{"text": "以上 10 个单位拟授红旗，以下按得分排列"}],
            ("ol", "ranks"),
        ),
        Specimen(
            "flag_card",
            "红旗单位",
            [
                {
                    "number": 3,
                    "title": "县人民医院",
                    "url": "#",
                    "place": "第 1 名",
                    "score": "92.43 分",
                    "image": yard,
                },
                {
                    "number": 20,
                    "title": LONG_NAME,
                    "url": "#",
                    "place": "第 2 名",
                    "score": "87.42 分",
                    "image": hill,
                },
            ],
            ("ol", "flags gallery-flags"),
        ),
        Specimen(
            "equation",
            "算式",
            [
                {
                    "terms": [
                        {"value": "88.62", "label": "现场得分 × 70%"},
                        {"value": "84.63", "label": "民意得分 × 30%"},
                    ],
                    "value": "87.42",
                    "label": "综合得分",
                }
            ],
        ),
        Specimen(
            "marks",
            "评委打分",
            [
                {
                    "marks": [
                        {"value": "89"},
                        {"value": "94", "dropped": "最高"},
                        {"value": "84.5", "dropped": "最低"},
                        {"value": "92.5"},
                    ]
                }
            ],
        ),
        Specimen(
            "facts",
            "数目",
            [
                {
                    "rows": [
                        {"term": "计入", "text": "41326 张"},
                        {"term": "作废", "text": "1208 张"},
                    ]
                }
            ],
        ),
        Specimen(
            "hbars",
            "横条",
            [
                {
                    "items": [
                        {"label": "交通", "text": "800 / 818 件", "shares": [97.6, 2.2]}
                    ]
                }
            ],
        ),
        Specimen(
            "table",
            "表格",
            [
                {
                    "caption": "三种算法的名次",
                    "columns": [
                        {"label": "算法"},
                        {"label": "得分", "number": True},
                        {"label": "名次", "number": True},
                    ],
                    "rows": [
                        {
                            "header": "公布的规则",
                            "cells": [
                                {"label": "得分", "text": "87.42", "number": True},
                                {"label": "名次", "text": "2", "number": True},
                            ],
                        },
                        {
                            "header": "只看民意",
                            "cells": [
                                {"label": "得分", "text": "84.63", "number": True},
                                {"label": "名次", "text": "4", "number": True},
                            ],
                        },
                    ],
                }
            ],
        ),
        Specimen(
            "empty",
            "没有结果",
            [
                {
                    "title": "没有找到“012x”",
                    "text": "请输入编号（01 到 20）或单位名称里的字。",
                    "action_url": "#",
                    "action_label": "看全部 20 个单位",
                    "heading": 3,
                }
            ],
        ),
        Specimen("pages", "分页", [{"page": Paginator(range(60), 20).page(2)}]),
        Specimen(
            "crumbs",
            "当前位置",
            [{"items": [_link("评比结果")], "current": "得分说明"}],
        ),
        Specimen(
            "brand", "站名", [{"government": government}], ("div", "header gallery-bar")
        ),
        Specimen("switches", "大字版与高对比", [{}], ("div", "header gallery-bar")),
        Specimen(
            "nav",
            "栏目",
            [
                {
                    "items": [
                        _link("首页"),
                        _link("看单位", current=True),
                        _link("评一评"),
                    ]
                }
            ],
            ("div", "header gallery-bar"),
        ),
        Specimen("footer", "页脚", [{"government": government}]),
        Specimen("meta_site", "网站标签（看源代码）", [{"government": government}]),
        Specimen(
            "meta",
            "栏目与文章标签（看源代码）",
            [
                {"column_name": "首页", "column_type": "首页"},
                {"article_title": "县教育局 晾晒实事干货", "source": "县教育局"},
            ],
        ),
    ]


@dataclass(frozen=True)
class _Message:
    level_tag: str
    text: str

    def __str__(self) -> str:
        return self.text


def judge() -> list[Specimen]:
    unit = {"number": 17, "title": "县交通运输局", "text": "第 7 个出场 · 县直部门"}
    return [
        Specimen(
            "night/plate",
            "号牌",
            [
                {"number": 7, "kind": "ink"},
                {"number": 112, "kind": "ink"},
                {"number": 7, "inline": True},
            ],
            ("div", "gallery-row"),
        ),
        Specimen("night/who", "打给谁", [unit, unit | {"big": True}]),
        Specimen(
            "night/connection",
            "网络",
            [{"state": "on"}, {"state": "off"}, {"state": "taken"}],
            ("div", "jbar"),
        ),
        Specimen(
            "night/note",
            "提示",
            [
                {
                    "kind": "warn",
                    "title": "照常打分，不用等。",
                    "text": "分数存在本机，联网后自动上传。",
                    "icon": "off",
                    "bar": True,
                },
                {"kind": "error", "title": "不是您换的？", "text": "请马上举手。"},
                {"kind": "ok", "text": "27 份已收。"},
                {"kind": "info", "text": "换机会记录，主持人能看到。", "icon": "swap"},
            ],
        ),
        Specimen(
            "night/rehearsal",
            "演练带",
            [{}, {"place": "desk", "text": "数据单独存放，永远不能转成正式成绩"}],
        ),
        Specimen(
            "night/criterion",
            "评分项",
            [
                {
                    "name": "c1",
                    "title": "实事成效",
                    "max": 40,
                    "step": "0.5",
                    "value": "37.0",
                    "hint": "办成多少、办得多难、管不管用",
                },
                {
                    "name": "c2",
                    "title": "群众口碑",
                    "max": 25,
                    "step": "0.5",
                    "active": True,
                },
                {
                    "name": "c3",
                    "title": "创新做法",
                    "max": 20,
                    "step": "0.5",
                    "value": "22",
                    "error": "最高 20 分",
                },
            ],
            ("ol", "crit"),
        ),
        Specimen(
            "night/keypad",
            "打分键盘",
            [{"step": "0.5", "say": "实事成效：0 至 40，每档 0.5"}],
        ),
        Specimen(
            "night/sum",
            "合计",
            [
                {
                    "rows": [
                        {"title": "实事成效", "value": "37.0"},
                        {"title": "群众口碑", "value": "22.5"},
                    ],
                    "total": "59.5",
                }
            ],
        ),
        Specimen(
            "night/mark",
            "圆章",
            [
                {"icon": "tick", "kind": "ok"},
                {"icon": "lock"},
                {"icon": "off", "kind": "warn"},
            ],
            ("div", "gallery-row"),
        ),
    ]


def desk() -> list[Specimen]:
    seats = ["in", "draft", "off", "closed", "ask", "locked", "absent", "recused"]
    return [
        Specimen(
            "night/go",
            "下一步",
            [
                {
                    "label": "开放打分",
                    "key": "空格",
                    "effect": "28 席的屏幕会同时打开 17 县交通运输局。",
                },
                {
                    "label": "等监督员签认",
                    "wait": True,
                    "effect": "已送 吴桂芳（监督）19:46:02。",
                },
            ],
        ),
        Specimen(
            "night/gates",
            "还差什么",
            [
                {
                    "items": [
                        {
                            "state": "ok",
                            "text": "29 席齐",
                            "note": "27 收 · 1 缺席 · 1 回避",
                        },
                        {
                            "state": "warn",
                            "text": "离群 1 份",
                            "note": "B03，已提示本人",
                        },
                        {"text": "监督员签认", "note": "吴桂芳，在线"},
                    ]
                }
            ],
        ),
        Specimen(
            "night/seat",
            "席位",
            [
                {"state": state, "code": f"B{number:02}", "name": "赵海涛"}
                for number, state in enumerate(seats, start=1)
            ],
            ("ul", "gallery-seats"),
        ),
        Specimen("night/seat_legend", "席位图例", [{}]),
    ]


def wall() -> list[Specimen]:
    return [
        Specimen(
            "night/panel_row",
            "一组的分",
            [
                {
                    "title": "行业代表",
                    "weight": "占 40%",
                    "counted": "5 席计分",
                    "marks": [
                        {"value": "93.5", "dropped": "最高"},
                        {"value": "92.0"},
                        {"value": "91.5"},
                        {"value": "90.0"},
                        {"value": "82.0", "dropped": "最低"},
                    ],
                    "points": "91.17",
                }
            ],
            ("div", "panels"),
        ),
        Specimen(
            "night/pole",
            "升旗",
            [
                {"title": name, "place": place, "score": score, "flag": flag}
                for name, place, score, flag in (
                    ("县教育体育局", "第一名", "94.73", "a"),
                    ("县医保局", "第二名", "93.49", "b"),
                    ("县公安局", "第三名", "", "c"),
                )
            ],
            ("ol", "poles"),
        ),
    ]


SURFACES: dict[str, list[tuple[str, str, Callable[[], list[Specimen]]]]] = {
    "paper": [("", "", paper)],
    "night": [("评委", "judge", judge), ("主持台", "desk", desk)],
    "wall": [("大屏", "scene", wall)],
}


def surfaces(page: str) -> list[Surface]:
    return [
        Surface(title, css_class, specimens())
        for title, css_class, specimens in SURFACES[page]
    ]


def shown_names() -> set[str]:
    return {
        specimen.name
        for page in SURFACES
        for surface in surfaces(page)
        for specimen in surface.specimens
    }
