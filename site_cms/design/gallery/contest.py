"""Where the contest stands and what one can do."""

from datetime import date

from site_cms.design.gallery.specimen import Specimen


def specimens() -> list[Specimen]:
    return [
        Specimen(
            "hero",
            "首页抬头",
            [
                {
                    "title": "这一年的实事，",
                    "tail": "请您来评",
                    "text": "20 个单位晒出办成的事，每一件谁来办、办到哪一步，都能查。",
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
    ]
