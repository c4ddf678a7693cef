"""Lists and pages of units."""

from django.core.paginator import Paginator

from site_cms.design.gallery.specimen import (
    LONG_NAME,
    LONG_TEXT,
    Specimen,
    hill,
    link,
    yard,
)


def specimens() -> list[Specimen]:
    return [
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
                        link("全部", current=True, count=20),
                        link("乡镇（园区）", count=4),
                        link("县直部门", count=13),
                        link("教育"),
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
        Specimen("search", "查找", [{"value": "教育"}]),
        Specimen(
            "card",
            "卡片",
            [
                {
                    "title": "县民政局",
                    "url": "#",
                    "number": 11,
                    "text": "日间照料进村，395 位困难群众得到救助",
                    "image": yard(),
                    "tags": ["养老", "救助"],
                },
                {
                    "title": LONG_NAME,
                    "url": "#",
                    "number": 20,
                    "text": LONG_TEXT,
                    "image": hill(),
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
            [{"image": yard(), "css_class": "card__pic"}],
            ("div", "gallery-narrow"),
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
                    "before": hill(),
                    "after": yard(),
                    "before_when": "2025 年 11 月",
                    "after_when": "2026 年 8 月",
                    "caption": "同一位置拍摄。",
                }
            ],
        ),
        Specimen(
            "gallery",
            "照片",
            [
                {
                    "images": [
                        each | {"large": each["url"]}
                        for each in (yard(), hill(), yard())
                    ],
                    "caption": "2026 年 3–9 月",
                }
            ],
        ),
        Specimen(
            "photo",
            "点开看大图的照片",
            [{"image": hill(), "large": hill()["url"]}, {"image": yard()}],
            ("div", "gallery-narrow"),
            "有大图、没有大图",
        ),
        Specimen(
            "video",
            "视频",
            [
                {
                    "title": "中午的日间照料中心",
                    "url": "#",
                    "width": 1280,
                    "height": 720,
                    "poster": yard(),
                    "length": "1 分 20 秒",
                    "transcript": "老人们围桌下棋，工作人员端来午饭。\n\n“今天吃饺子。”",
                },
                {
                    "title": "没有封面、竖着拍的一段",
                    "url": "#",
                    "width": 720,
                    "height": 1280,
                    "length": "15 秒",
                },
            ],
            ("div", "gallery-narrow"),
            "点开才播放",
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
    ]
