"""How the words of a unit's row are read. Plain values in, plain values out."""

import re
import unicodedata


def branch_names(text: str) -> list[str]:
    """The branches in one cell, each once, in the order in which they were typed.

    >>> branch_names("机关支部、二站；二站; 机关支部")
    ['机关支部', '二站']
    """
    names = (name.strip() for name in re.split(r"[、;；\n]", text))
    return list(dict.fromkeys(name for name in names if name))


def same_word(text: str) -> str:
    """What two spellings of one word have in common: width of characters, case, spaces.

    >>> same_word("乡镇 (园区)") == same_word("乡镇（园区）")
    True
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
