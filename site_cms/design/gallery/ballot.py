"""From choosing to the receipt."""

from datetime import UTC, datetime

from django.utils.safestring import mark_safe

from site_cms.design.gallery.specimen import LONG_NAME, LONG_TEXT, Specimen, hill, yard

PICKS = [
    {"number": 7, "title": "县教育局"},
    {"number": 4, "title": "县交通运输局"},
]


def specimens() -> list[Specimen]:
    return [
        Specimen(
            "vote_button",
            "选这个单位",
            [
                {
                    "number": "07",
                    "url": "#",
                    "said": {"title": "11 月 28 日 18:00 截止"},
                },
                {
                    "number": "07",
                    "said": {"label": "民意测评已截止", "title": "结果 12 月 7 日公示"},
                },
                {
                    "number": "07",
                    "results_url": "#",
                    "said": {"label": "结果公示中", "title": "到 12 月 11 日 18:00"},
                },
                {"number": "07", "withdrawn": "已退出评议"},
            ],
            remark="能选、已截止、有结果、已退出",
        ),
        Specimen(
            "entry_notices",
            "对一个单位的通报",
            [
                {
                    "notices": [
                        {
                            "published_at": datetime(2026, 11, 20, 2, tzinfo=UTC),
                            "words": "经查，有人雇人为该单位投票，相关选票已经作废。",
                        },
                        {
                            "published_at": datetime(2026, 11, 18, 2, tzinfo=UTC),
                            "words": "展示页上的一个数字有误，已责成更正。",
                            "lifted_at": datetime(2026, 11, 19, 2, tzinfo=UTC),
                            "lifted_words": "已经更正。",
                        },
                    ]
                }
            ],
            remark="在通报、已撤销",
        ),
        Specimen("step", "任务步骤", [{"now": 2, "total": 3, "label": "核对"}]),
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
                    "image": yard(),
                    "checked": True,
                },
                {
                    "name": "entry",
                    "value": "12",
                    "number": 12,
                    "title": "县林业局",
                    "text": "荒坡造林 2.4 万亩，风沙口绿了",
                    "image": hill(),
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
                {"items": [pick | {"remove_url": "#"} for pick in PICKS]},
                {"items": PICKS},
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
                    "picks": PICKS,
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
    ]
