"""The screens of the night: judge, host, wall."""

from site_cms.design.gallery.specimen import Specimen


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
            [
                {},
                {"place": "desk", "text": "数据单独存放，永远不能转成正式成绩"},
                {"text": "第 1 次演练，不计入任何成绩", "over": True},
            ],
        ),
        Specimen(
            "night/practice_band",
            "演练活动的横幅",
            [
                {
                    "contest": {
                        "practice": True,
                        "practice_note": "第 1 次演练，不计入任何成绩",
                    },
                    "place": "print",
                }
            ],
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
