"""The blocks from which pages are written. How each looks is in ``templates/blocks/``.

What belongs to one subject alone, such as the deeds of a unit, is a block of that subject.
"""

from decimal import Decimal

from wagtail import blocks
from wagtail.images.blocks import ImageBlock

TEXT_FEATURES = ["h2", "h3", "bold", "ol", "ul", "link", "document-link"]


class FigureValue(blocks.StructValue):
    @property
    def shown(self) -> str:
        """The number without zeros that say nothing: 7.10 is 7.1, 612.00 is 612.

        A block that is still being filled in has no number yet.
        """
        value = self.get("value")
        if value is None:
            return "…"
        text = f"{Decimal(value):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    @property
    def remark(self) -> str:
        """Period and source as one line: 2026 年 9 月，县教育局台账"""
        return "，".join(filter(None, [self.get("period"), self.get("source")]))


class FigureBlock(blocks.StructBlock):
    """One number that a citizen can check: how much, of what, when, according to whom."""

    value = blocks.DecimalBlock(
        max_digits=10, decimal_places=2, min_value=0, label="数值"
    )
    unit = blocks.CharBlock(
        max_length=6, label="计量单位", help_text="例如：个、万户、公里"
    )
    label = blocks.CharBlock(
        max_length=24, label="说的是什么", help_text="例如：学校和教学点开了延时服务"
    )
    period = blocks.CharBlock(
        max_length=30, label="统计时间", help_text="例如：2026 年 1–10 月"
    )
    source = blocks.CharBlock(
        max_length=30, label="数据来源", help_text="例如：县教育局 10 月台账"
    )

    class Meta:
        icon = "order"
        label = "数字"
        value_class = FigureValue
        template = "blocks/figure.html"

    def get_searchable_content(self, value) -> list[str]:
        """With the number itself: people remember it."""
        return [*super().get_searchable_content(value), value.shown]


class FiguresBlock(blocks.StructBlock):
    """The numbers a page leads with."""

    figures = blocks.ListBlock(FigureBlock(), min_num=1, max_num=4, label="数字")

    class Meta:
        icon = "order"
        label = "主要数字"
        group = "数据"
        description = "最多四个数字，每个注明统计时间和来源；总是排在页面最前面"
        template = "blocks/figures.html"
        preview_value = {
            "figures": [
                {
                    "value": Decimal("136"),
                    "unit": "个",
                    "label": "学校和教学点开了延时服务",
                    "period": "2026 年 9 月",
                    "source": "示例数据",
                },
                {
                    "value": Decimal("7.1"),
                    "unit": "万户",
                    "label": "家庭受益",
                    "period": "2025–2026 学年",
                    "source": "示例数据",
                },
            ]
        }


class BeforeAfterBlock(blocks.StructBlock):
    """The same place twice."""

    before = ImageBlock(label="改造前的照片")
    before_when = blocks.CharBlock(
        max_length=12, label="拍摄时间", help_text="例如：2025 年 11 月"
    )
    after = ImageBlock(label="改造后的照片")
    after_when = blocks.CharBlock(
        max_length=12, label="拍摄时间", help_text="例如：2026 年 8 月"
    )
    caption = blocks.CharBlock(
        max_length=80,
        required=False,
        label="图注",
        help_text="在哪里、办了什么、是否同一位置拍摄",
    )

    class Meta:
        icon = "duplicate"
        label = "前后对比"
        group = "图片"
        description = "同一位置、一前一后两张照片，各注明拍摄年月"
        template = "blocks/before_after.html"
        preview_template = "blocks/previews/before_after.html"


class GalleryBlock(blocks.StructBlock):
    """A few photographs, the first one large."""

    heading = blocks.CharBlock(max_length=20, default="更多照片", label="标题")
    images = blocks.ListBlock(
        ImageBlock(label="照片"), min_num=1, max_num=9, label="照片"
    )
    caption = blocks.CharBlock(
        max_length=80, required=False, label="图注", help_text="拍的是什么、什么时候"
    )

    class Meta:
        icon = "image"
        label = "照片"
        group = "图片"
        description = "一到九张照片，第一张最大"
        template = "blocks/gallery.html"
        preview_template = "blocks/previews/gallery.html"


class MilestoneBlock(blocks.StructBlock):
    when = blocks.CharBlock(max_length=16, label="时间", help_text="例如：2026 年 3 月")
    title = blocks.CharBlock(max_length=24, label="做了什么")
    text = blocks.CharBlock(max_length=60, required=False, label="补充一句")
    done = blocks.BooleanBlock(required=False, default=True, label="已经完成")

    class Meta:
        icon = "date"
        label = "节点"


class TimelineValue(blocks.StructValue):
    @property
    def milestones(self) -> list[dict[str, str]]:
        """Each with its state: done, or now for the first that is not done yet."""
        shown, now_is_taken = [], False
        for milestone in self["items"]:
            state = "done" if milestone["done"] else "" if now_is_taken else "now"
            now_is_taken = now_is_taken or state == "now"
            shown.append(
                {
                    "when": milestone["when"],
                    "title": milestone["title"],
                    "text": milestone["text"],
                    "state": state,
                }
            )
        return shown


class TimelineBlock(blocks.StructBlock):
    """The stations of a year's work in their order."""

    heading = blocks.CharBlock(max_length=20, default="一年里", label="标题")
    items = blocks.ListBlock(MilestoneBlock(), min_num=2, max_num=8, label="节点")

    class Meta:
        icon = "history"
        label = "时间线"
        group = "数据"
        description = "两到八个节点；在电脑上显示在页面右侧"
        template = "blocks/timeline.html"
        value_class = TimelineValue
        preview_value = {
            "heading": "一年里",
            "items": [
                {
                    "when": "2025 年 11 月",
                    "title": "走访 136 个校点",
                    "text": "收集家长意见 2114 条",
                    "done": True,
                },
                {
                    "when": "2026 年 11 月",
                    "title": "补照明和食堂",
                    "text": "两件尚未办完",
                    "done": False,
                },
            ],
        }


class QuoteBlock(blocks.StructBlock):
    """What a resident said, in the resident's words."""

    text = blocks.TextBlock(max_length=200, label="原话", help_text="不用加引号")
    who = blocks.CharBlock(
        max_length=30,
        required=False,
        label="谁说的",
        help_text="例如：小刘庄村民 赵女士。公开姓名须本人同意",
    )

    class Meta:
        icon = "openquote"
        label = "群众的话"
        group = "文字"
        description = "一段群众的原话"
        template = "blocks/quote.html"
        preview_value = {
            "text": "我在镇上厂里上班，六点才下班。现在放心了，孩子回家作业都写完了。",
            "who": "小刘庄教学点三年级家长 赵女士",
        }


class ParagraphBlock(blocks.RichTextBlock):
    def __init__(self, **kwargs) -> None:
        super().__init__(**{"features": TEXT_FEATURES} | kwargs)

    class Meta:
        icon = "pilcrow"
        label = "正文"
        group = "文字"
        description = "标题、段落、列表和链接"
        template = "blocks/paragraph.html"
        preview_value = "<h2>我们办了什么</h2><p>去年秋天起，每一所小学和教学点都开设了延时服务。</p>"


class PlainBody(blocks.StreamBlock):
    """Everything an editor may put into a notice, a piece of news or a help page."""

    paragraph = ParagraphBlock()
    figures = FiguresBlock()
    before_after = BeforeAfterBlock()
    gallery = GalleryBlock()
    timeline = TimelineBlock()
    quote = QuoteBlock()
