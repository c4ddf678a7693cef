"""Scores and figures."""

from site_cms.design.gallery.specimen import LONG_NAME, Specimen, hill, yard


def specimens() -> list[Specimen]:
    return [
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
                    "note": "和县民政局综合得分相同，比现场得分：90.28 比 81.40，排在前面。",
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
                    "image": yard(),
                },
                {
                    "number": 20,
                    "title": LONG_NAME,
                    "url": "#",
                    "place": "第 2 名",
                    "score": "87.42 分",
                    "image": hill(),
                    "reason": "65 所小学、71 个教学点，放学后有人管",
                    "figure": {
                        "shown": "136",
                        "unit": "个",
                        "label": "开延时服务的校点",
                    },
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
    ]
