from wagtail import blocks

from site_cms.design.blocks import PlainBody


class DeedsBlock(blocks.StructBlock):
    """The unit's deeds from the ledger. Nobody types them here."""

    heading = blocks.CharBlock(max_length=20, default="今年的实事", label="标题")

    class Meta:
        icon = "tasks"
        label = "本单位实事"
        group = "数据"
        description = "自动列出台账里本单位的实事和进度；民意测评开放后是当时的快照"
        template = "blocks/deeds.html"
        preview_template = "blocks/previews/deeds.html"


class ShowcaseBody(PlainBody):
    """Everything a unit may put on its page."""

    deeds = DeedsBlock()

    class Meta:
        block_counts = {
            "figures": {"max_num": 1},
            "before_after": {"max_num": 4},
            "gallery": {"max_num": 2},
            "video": {"max_num": 2},
            "table": {"max_num": 2},
            "timeline": {"max_num": 1},
            "quote": {"max_num": 3},
            "deeds": {"max_num": 1},
        }
