"""The parts of the frame of every public page."""

from dataclasses import dataclass

from site_cms.design.gallery.specimen import Specimen, link


@dataclass(frozen=True)
class _Message:
    level_tag: str
    text: str

    def __str__(self) -> str:
        return self.text


def specimens() -> list[Specimen]:
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
            link(word)
            for word in ("活动规则", "隐私说明", "无障碍声明", "网站纠错", "帮助")
        ],
    }
    return [
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
                        link("首页"),
                        link("看单位", current=True),
                        link("评一评"),
                    ]
                }
            ],
            ("div", "header gallery-bar"),
        ),
        Specimen(
            "crumbs",
            "当前位置",
            [{"items": [link("评比结果")], "current": "得分说明"}],
        ),
        Specimen(
            "contest_band",
            "本次评议不是真的",
            [{"contest": {"practice": True, "practice_note": "这是一次示例评议"}}],
        ),
        Specimen(
            "band",
            "示例与演练",
            [{"kind": "sample"}, {"kind": "practice"}],
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
        Specimen(
            "og",
            "转发时显示的内容（看源代码）",
            [{"title": "07 号 县教育局", "url": "/u/07/", "description": "一句话"}],
        ),
        Specimen("read_aloud", "朗读（有中文语音时才出现）", [{"reads": "main"}]),
    ]
