# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools>=4.57"]
# ///
"""Make the two font files of this folder; README.md says when and why.

python site_cms/media/fonts/make_subset.py [folder of NotoSansCJK-*.ttc]
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
DEBIAN_FOLDER = "/usr/share/fonts/opentype/noto"
SIMPLIFIED_CHINESE = 2  # the place of Noto Sans CJK SC in the collection
WEIGHTS = ("Regular", "Bold")

SYMBOL_RANGES = (
    (0x0020, 0x007E),  # Latin, digits
    (0x00A0, 0x00FF),  # Latin-1: ° ± × ÷ · ©
    (0x2010, 0x2026),  # dashes, quotation marks, …
    (0x2030, 0x203B),  # ‰ ′ ″ ※
    (0x2160, 0x216B),  # Ⅰ to Ⅻ
    (0x2190, 0x2199),  # arrows
    (0x2460, 0x249B),  # ① to ⑳, ⑴ to ⒇, ⒈ to ⒛
    (0x3000, 0x3017),  # Chinese punctuation, 〇
    (0x3220, 0x3229),  # ㈠ to ㈩
    (0x3251, 0x325F),  # ㉑ to ㉟
    (0xFF01, 0xFF5E),  # full-width forms
    (0xFFE0, 0xFFE6),  # ￠ ￡ ￥
)
SYMBOLS = (
    "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ"  # pinyin
    "€℃℉№℡™✓★☆→⇒⇔∞≈≠≤≥√∑∠⊥∥∵∴"
    "■□▲△▼▽◆◇○◎●♀♂㊣㎎㎏㎜㎝㎞㎡㎥㏄㏑〒〜〝〞"
)


def wanted():
    hanzi = (HERE / "tongyong-guifan-hanzi.txt").read_text(encoding="utf-8")
    codes = {ord(character) for character in hanzi + SYMBOLS if character != "\n"}
    return codes.union(*(range(first, last + 1) for first, last in SYMBOL_RANGES))


def make_subset(source, target):
    options = subset.Options(
        hinting=False,
        desubroutinize=False,
        layout_features=[],
        glyph_names=False,
        notdef_outline=True,
        legacy_kern=False,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 7, 13, 14],
        name_languages=[0x0409],
        drop_tables=["BASE", "DSIG", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"],
    )
    font = TTFont(
        source, fontNumber=SIMPLIFIED_CHINESE, lazy=True, recalcTimestamp=False
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else DEBIAN_FOLDER)
    for weight in WEIGHTS:
        source = folder / f"NotoSansCJK-{weight}.ttc"
        make_subset(source, HERE / f"NotoSansCJKsc-{weight}-subset.otf")


if __name__ == "__main__":
    main()
