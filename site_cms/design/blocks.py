"""The blocks from which pages are written. How each looks is in ``templates/blocks/``.

What belongs to one subject alone, such as the deeds of a unit, is a block of that subject.
"""

import re
from decimal import Decimal

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.contrib.typed_table_block.blocks import (
    TypedTableBlock,
    TypedTableBlockValidationError,
)
from wagtail.images.blocks import ImageBlock

from site_cms.design.words import plain_number
from site_cms.media.blocks import VideoChooserBlock

ALT_TEXT_HELP = "一句话说清照片里有什么，读屏软件会念给看不见的人听。"
ALT_TEXT_MISSING = "请写替代文字：一句话说清照片里有什么，看不见的人靠它了解照片。"
CAPTIONS_MISSING = (
    "这段视频有声音，还没有字幕。点视频下面的“修改字幕和名称”，上传字幕文件，"
    "或勾选“画面里已有字幕”。"
)
_FILE_NAME = re.compile(
    r"^(?:img|dsc|dcim|mvimg|mmexport|screenshot|wechat|微信图片|截图|屏幕截图|照片)[\s\d_.-]*"
    r"(?:\.\w{3,4})?$|\.(?:jpe?g|png|heic|webp)$|^[\d\W_]+$",
    re.IGNORECASE,
)
TEXT_FEATURES = ["h2", "h3", "bold", "ol", "ul", "link", "document-link"]


def says_nothing(alt_text: str | None) -> bool:
    """Whether the words for a picture are missing, or are only the name of its file.

    >>> says_nothing("IMG_2031.JPG"), says_nothing("微信图片_20261101"), says_nothing("9 月的村道")
    (True, True, False)
    """
    return not (alt_text or "").strip() or bool(_FILE_NAME.search(alt_text.strip()))


class PhotoBlock(ImageBlock):
    """A photograph that shows something: whoever cannot see it is told in words.

    Drafts may lack the words. Wagtail would let "decorative" stand for them.
    """

    def __init__(self, required: bool = True, **kwargs) -> None:
        super().__init__(required=required, **kwargs)
        self.child_blocks["image"].label = "照片"
        self.child_blocks["alt_text"].label = "替代文字"
        self.child_blocks["alt_text"].field.help_text = ALT_TEXT_HELP
        self.child_blocks["decorative"].label = "只是装饰（照片不能勾选）"

    def clean(self, value):
        if (
            value
            and not self.is_deferred_validation
            and (value.decorative or says_nothing(value.contextual_alt_text))
        ):
            raise StructBlockValidationError(
                block_errors={"alt_text": ValidationError(ALT_TEXT_MISSING)}
            )
        return super().clean(value)


class FigureValue(blocks.StructValue):
    @property
    def shown(self) -> str:
        """The number without zeros that say nothing: 7.10 is 7.1, 612.00 is 612.

        A block that is still being filled in has no number yet.
        """
        value = self.get("value")
        return "…" if value is None else plain_number(Decimal(value))

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

    before = PhotoBlock(label="改造前的照片")
    before_when = blocks.CharBlock(
        max_length=12, label="拍摄时间", help_text="例如：2025 年 11 月"
    )
    after = PhotoBlock(label="改造后的照片")
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
        group = "图片和视频"
        description = "同一位置、一前一后两张照片，各注明拍摄年月；网页上可以左右拖动"
        template = "blocks/before_after.html"
        preview_template = "blocks/previews/before_after.html"


class GalleryBlock(blocks.StructBlock):
    """A few photographs, the first one large."""

    heading = blocks.CharBlock(max_length=20, default="更多照片", label="标题")
    images = blocks.ListBlock(
        PhotoBlock(label="照片"), min_num=1, max_num=9, label="照片"
    )
    caption = blocks.CharBlock(
        max_length=80, required=False, label="图注", help_text="拍的是什么、什么时候"
    )

    class Meta:
        icon = "image"
        label = "照片"
        group = "图片和视频"
        description = "一到九张照片，第一张最大；点开看大图"
        template = "blocks/gallery.html"
        preview_template = "blocks/previews/gallery.html"


class VideoBlock(blocks.StructBlock):
    """A film that nobody must see or hear to know what it says."""

    title = blocks.CharBlock(
        max_length=30, label="视频标题", help_text="例如：天不亮的校门口"
    )
    video = VideoChooserBlock(
        label="视频", help_text="MP4，最大 60 MB。点开才播放，不自动播放。"
    )
    poster = PhotoBlock(label="封面照片")
    transcript = blocks.TextBlock(
        max_length=3000,
        rows=6,
        label="文字稿",
        help_text=(
            "视频里说了什么、画面上发生了什么，按先后写下来。"
            "听不见、看不见和流量不够的人都靠它。"
        ),
    )

    class Meta:
        icon = "media"
        label = "视频"
        group = "图片和视频"
        description = "一段自己上传的视频，配封面和文字稿；有人说话的要有字幕"
        template = "blocks/video.html"
        preview_template = "blocks/previews/video.html"

    def clean(self, value):
        value = super().clean(value)
        film = value["video"]
        if film and film.lacks_captions and not self.is_deferred_validation:
            raise StructBlockValidationError(
                block_errors={"video": ValidationError(CAPTIONS_MISSING)}
            )
        return value


class CellsBlock(TypedTableBlock):
    """Columns of words or of numbers. A table that is handed in says what it is about."""

    text = blocks.CharBlock(required=False, max_length=60, label="文字列")
    number = blocks.DecimalBlock(
        required=False, max_digits=12, decimal_places=2, label="数字列"
    )

    def clean(self, value):
        value = super().clean(value)
        if self.is_deferred_validation:
            return value
        wrong = []
        if not value.row_data:
            wrong.append("表格还是空的。请先加列，再加行。")
        if not value.caption:
            wrong.append("请写表名：一句话说清这张表列的是什么。")
        if not all(column["heading"].strip() for column in value.columns):
            wrong.append("每一列都要有列名。")
        if wrong:
            raise TypedTableBlockValidationError(non_block_errors=wrong)
        return value


class TableValue(blocks.StructValue):
    """What ``components/table.html`` shows."""

    @property
    def columns(self) -> list[dict[str, object]]:
        return [
            {"label": column["heading"], "number": column["block"].name == "number"}
            for column in self["cells"].columns
        ]

    @property
    def rows(self) -> list[dict[str, object]]:
        """The first column is what each row is about, unless the editor says otherwise."""
        shown = []
        for row in self["cells"].row_data:
            cells = [
                {"text": _cell(value)} | column
                for value, column in zip(row["values"], self.columns, strict=True)
            ]
            named = self["named_rows"] and len(cells) > 1
            shown.append(
                {"header": cells[0]["text"], "cells": cells[1:]}
                if named
                else {"cells": cells}
            )
        return shown


def _cell(value: object) -> str:
    if isinstance(value, Decimal):
        return plain_number(value)
    return "" if value is None else str(value)


class TableBlock(blocks.StructBlock):
    """Figures side by side; on a telephone each row becomes a small list."""

    cells = CellsBlock(label="表格")
    named_rows = blocks.BooleanBlock(
        required=False,
        default=True,
        label="第一列是每行的名称",
        help_text="例如第一列写乡镇名。读屏软件会先念它。",
    )
    source = blocks.CharBlock(
        max_length=40, label="数据来源", help_text="例如：县交通运输局 10 月台账"
    )

    class Meta:
        icon = "table"
        label = "表格"
        group = "数据"
        description = "几列几行的数字或文字，写明表名和来源；手机上自动变成列表"
        template = "blocks/table.html"
        value_class = TableValue
        preview_value = {
            "cells": {
                "caption": "三个乡镇的修路进度",
                "columns": [
                    {"type": "text", "heading": "乡镇"},
                    {"type": "number", "heading": "已修公里"},
                ],
                "rows": [
                    {"values": ["城关镇", "6.2"]},
                    {"values": ["小刘庄乡", "4.5"]},
                ],
            },
            "named_rows": True,
            "source": "示例数据",
        }


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
    video = VideoBlock()
    table = TableBlock()
    timeline = TimelineBlock()
    quote = QuoteBlock()
