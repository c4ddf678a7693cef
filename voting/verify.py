#!/usr/bin/env python3
"""核对红旗争夺赛的公开日志。只要 Python 3.9 以上，不用安装别的东西，不用联网。

Check the public log of a contest. Python 3.9 or newer and its standard library are enough.

    python3 verify.py 压缩包.zip | 文件夹        核对整个日志 / check a whole bundle
    python3 verify.py receipt 证明.json          核对一张收据 / check one receipt
    python3 verify.py follow 日志网址 --state 记录文件
                                                 做见证人，一直跟着看 / be a witness

Exit code: 0 equal (一致), 1 refused (不一致), 2 wrong use, 3 no answer from the network.

This file shares no code with the site. What it knows of the tree is RFC 6962, of signatures
RFC 8032, of signed heads the checkpoint and signed-note formats of transparency logs.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import functools
import hashlib
import io
import json
import os
import re
import struct
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib
from array import array
from dataclasses import dataclass, field
from datetime import datetime, timezone

FORMAT = "hongqi-log-1"
SUMS, LOG, ENTRIES, HEADS = "SHA256SUMS", "log.json", "entries.jsonl", "heads.txt"
OPENINGS, LEAVES, TOTALS = "openings.txt", "leaves.txt", "totals.json"
README, ITSELF = "README.txt", "verify.py"
LIST = re.compile(r"lists/([1-9][0-9]{0,9})\.txt")

# What an operating system leaves in folders, and nothing here ever reads.
DROPPINGS = {".DS_Store", "Thumbs.db", "desktop.ini"}

LEAST_BALLOTS, MOST_BALLOTS = 20, 1000
VALUES = {"approval": (1,), "grading": (1, 2, 3, 4)}
VALUE_NAMES = {
    "approval": {1: "票数 votes"},
    "grading": {
        1: "满意 satisfied",
        2: "基本满意 fair",
        3: "不满意 dissatisfied",
        4: "不了解 unknown",
    },
}
KINDS = {
    "rule_sheet",
    "opened",
    "ballots",
    "hold",
    "release",
    "void",
    "restore",
    "leaves",
    "paused",
    "resumed",
    "extended",
    "withdrawn",
    "notice",
    "closed",
    "thresholds",
    "sheet",
    "corrected",
    "draw",
    "result",
}


# Why something is refused, in Chinese and in English.
REASONS = {
    "two-faces": (
        "前 {size} 片叶这里签的是另一个根：同一本日志给不同的人看了不同的内容。",
        "here another root is signed for the first {size} leaves: the log shows two faces.",
    ),
    "root": (
        "前 {size} 片叶算出的根和签名的不同：第 {span} 条的内容或者后面的选择改过。",
        "the root of the first {size} leaves differs from the signed one: entry {span}, or picks behind it, were changed.",
    ),
    "canonical": (
        "不是规范写法的 JSON 对象。",
        "this is not an object in canonical JSON.",
    ),
    "lines": (
        "应当正好一行，现在有 {count} 行。",
        "this must be one line, and is {count}.",
    ),
    "names": ("里面应当正好有 {wanted}。", "this must hold exactly {wanted}."),
    "container": (
        "压缩包在 {name} 这里不是网站导出的原样；如果是重新压缩的，请解压后核对文件夹。",
        "at {name} this zip is not as the site made it; if it was packed again, unpack it "
        "and check the folder.",
    ),
    "crc": (
        "压缩包里的 {name} 和它的校验码不符。",
        "{name} in this zip differs from its CRC.",
    ),
    "missing": ("缺少这个文件。", "this file is missing."),
    "unlisted": (
        "多出这个文件，SHA256SUMS 里没有它。",
        "this file is too many; SHA256SUMS does not list it.",
    ),
    "log": (
        "里面的内容不是 hongqi-log-1 格式。",
        "what it holds is not of the format hongqi-log-1.",
    ),
    "empty": ("日志是空的。", "the log is empty."),
    "place": (
        "这一行应当是第 {number} 条，从第 {size} 片叶开始。",
        "this must be entry {number} and begin at leaf {size}.",
    ),
    "statement": (
        "内容里没有已知的种类和到分钟的时间。",
        "the statement does not name a known kind and a minute.",
    ),
    "leaves-behind": (
        "这一种条目后面不能有选票的叶。",
        "an entry of this kind cannot have leaves of ballots.",
    ),
    "statement-number": (
        "内容里没有数字“{name}”。",
        'the statement holds no number "{name}".',
    ),
    "batch-too-large": (
        "一批最多 1000 张选票，这一批有 {ballots} 张。",
        "a batch holds at most 1000 ballots, this one {ballots}.",
    ),
    "small-group": (
        "一组至少 20 张选票；总共不足时只能有一组，并且写明“small”。这一组有 {ballots} 张。",
        'a group has at least 20 ballots; fewer in all form one group that says "small". This one has {ballots}.',
    ),
    "closed-twice": ("截止只能有一次。", "the poll can close only once."),
    "sealed-after-close": (
        "第 {number} 条已经截止，后面又封存了选票。",
        "ballots are sealed after the close in entry {number}.",
    ),
    "note": ("不是签名日志头的格式。", "this has not the form of a signed head."),
    "origin": (
        "这个日志头属于“{origin}”，不是“{wanted}”。",
        'this head belongs to "{origin}", not to "{wanted}".',
    ),
    "key-id": (
        "叶数为 {size} 的日志头是用另一把密钥签的。",
        "the head of {size} leaves is signed with another key.",
    ),
    "signature": (
        "叶数为 {size} 的日志头签名不对。",
        "the signature of the head of {size} leaves is wrong.",
    ),
    "no-head": ("没有日志头。", "there is no signed head."),
    "two-heads": (
        "有两个叶数为 {size} 的日志头，第 {first} 行已经有一个。",
        "there are two heads of {size} leaves; line {first} has one.",
    ),
    "head-order": (
        "叶数为 {size} 的日志头排在 {before} 后面。",
        "the head of {size} leaves stands behind one of {before}.",
    ),
    "unsigned": (
        "最后一个日志头只签到第 {size} 片叶，这一条起没有签名。",
        "the last head ends at leaf {size}; from this entry on nothing is signed.",
    ),
    "list-missing": (
        "缺少这个文件，第 {number} 条提到了它。",
        "this file is missing; entry {number} names it.",
    ),
    "list-extra": (
        "多出这个文件，日志里没有提到它。",
        "this file is too many; the log does not name it.",
    ),
    "list-hash": (
        "SHA-256 是 {found}，日志第 {number} 条写的不是它。",
        "the SHA-256 is {found}, which is not what entry {number} says.",
    ),
    "list-size": (
        "有 {leaves} 片叶，日志第 {number} 条写的是 {ballots} 张选票、{said} 片叶。",
        "there are {leaves} leaves; entry {number} says {ballots} ballots and {said} leaves.",
    ),
    "leaf-order": (
        "第 {number} 条里的叶没有按散列值排列。",
        "the leaves of entry {number} are not in the order of their hashes.",
    ),
    "picks-extra": (
        "这一行起多出来了，日志里没有它。",
        "from this line on there is more than the log holds.",
    ),
    "list-too-early": (
        "这片叶到第 {number} 条才封存，清单却在它前面。",
        "this leaf is sealed only in entry {number}, behind the list.",
    ),
    "list-leaf": (
        "日志里没有这片选票的叶。",
        "the log holds no such leaf of a ballot.",
    ),
    "totals-numbers": (
        "票数里的编号不是没有退出的全部编号。",
        "the numbers with totals are not all that were not withdrawn.",
    ),
    "withdrawn": (
        "退出的编号写的是 {said}，日志里退出的是 {found}。",
        "the withdrawn numbers are given as {said}; the log has {found}.",
    ),
    "ballots": (
        "公布的选票数是 {said}，日志里是 {found}。",
        "the ballots are published as {said}; the log has {found}.",
    ),
    "other-key": (
        "公钥和您给出的不同。",
        "the public key is not the one that you gave.",
    ),
    "not-signed": (
        "这些选择还没有签名的日志头，过几分钟重新保存一次证明再核对。",
        "no signed head holds these picks yet; save the proof again in some minutes.",
    ),
    "proof-form": (
        "不是收据的证明，应当有 origin、head、public_key 和 picks。",
        "this is not the proof of a receipt: origin, head, public_key and picks.",
    ),
    "proof-pick": (
        "第 {place} 项选择的证明不完整。",
        "the proof of pick {place} is not complete.",
    ),
    "path": (
        "{number:02d} 号这一项不在签名的日志里：证明没有通到签名的根。",
        "the pick of number {number:02d} is not in the signed log: its path does not lead to the root.",
    ),
    "proof-twice": ("同一个编号出现了两次。", "one number stands there twice."),
    "text": ("不是 UTF-8 文字。", "this is not UTF-8 text."),
    "sums-form": (
        "应当是一个 SHA-256、两个空格和一个文件名，按文件名排列。",
        "this must be a SHA-256, two spaces and a name, in the order of names.",
    ),
    "listed-missing": (
        "缺少这个文件，SHA256SUMS 第 {number} 行列出了它。",
        "this file is missing; SHA256SUMS line {number} lists it.",
    ),
    "sums": (
        "内容的 SHA-256 是 {found}，SHA256SUMS 第 {number} 行写的是 {parts}。",
        "the SHA-256 of the content is {found}; SHA256SUMS line {number} says {parts}.",
    ),
    "extra": (
        "多出这个文件，这里不应当有它。",
        "this file is too many; it has no place here.",
    ),
    "key": ("公钥不是 Ed25519 公钥。", "this is no Ed25519 key."),
    "batch-number": (
        "这是第 {place} 批选票，内容写的是第 {batch} 批。",
        "this is batch {place}; the statement says {batch}.",
    ),
    "batch-picks": (
        "内容写了 {picks} 项选择，后面却有 {count} 片叶。",
        "the statement names {picks} picks, and {count} leaves follow.",
    ),
    "batch-ballots": (
        "{ballots} 张选票不可能有 {picks} 项选择。",
        "{ballots} ballots cannot hold {picks} picks.",
    ),
    "not-closed": (
        "选票已经公开，日志里却没有截止。",
        "picks are opened, and the log holds no close.",
    ),
    "opened-differs": (
        "开放时公布的“{name}”和 log.json 里的不同。",
        'the "{name}" of this opening is not the one in log.json.',
    ),
    "not-opened": (
        "这里封存了选票，前面却没有写明日志、公钥和选票内容的开放。",
        "ballots are sealed here, and no opening before names the log, its key and the ballot.",
    ),
    "close-differs": (
        "截止时写的“{name}”是 {said}，各批合计是 {found}。",
        'the close says {said} for "{name}", the batches add up to {found}.',
    ),
    "truncated": (
        "日志头签了 {size} 片叶，日志里只有 {end} 片，少了后面的内容。",
        "this head promises {size} leaves and the log holds {end}: its end is missing.",
    ),
    "head-place": (
        "日志头的 {size} 片叶断在一个条目中间。",
        "the {size} leaves of this head end inside an entry.",
    ),
    "head-ballots": (
        "日志头写了 {ballots} 张选票，到那里封存了 {sealed} 张。",
        "this head says {ballots} ballots, {sealed} are sealed there.",
    ),
    "acts-form": (
        "清单没有写明是作废还是恢复、属于哪些条目。",
        "the list does not say whether it voids or restores, and for which entries.",
    ),
    "acts-ballots": (
        "清单有 {ballots} 张选票，那些条目一共只有 {total} 张。",
        "the list holds {ballots} ballots, its acts {total} in all.",
    ),
    "act-without-list": (
        "选票已经公开，这次作废或恢复却没有清单。",
        "picks are opened, and this void or restoration has no list.",
    ),
    "list-order": (
        "不是一片叶的散列值，或者没有按顺序排列。",
        "this is no leaf hash, or it does not stand in order.",
    ),
    "opening": (
        "应当是选票上的一个编号、一个选项和一个 43 字符的随机值。",
        "this must be a number and a value of the ballot and a salt of 43 signs.",
    ),
    "leaf": ("不是一片叶的散列值。", "this is no leaf hash."),
    "picks-missing": (
        "到这里就没有了，第 {number} 条后面还应当有选择。",
        "the file ends here, and entry {number} has more picks.",
    ),
    "twice": (
        "和第 {seen} 行是同一项选择，被记了两次。",
        "this is the same pick as line {seen}, counted twice.",
    ),
    "totals": (
        "{plate} 号公布的是 {counted}，从公开的选票算出的是 {values}。",
        "number {plate} was published as {counted}; the openings give {values}.",
    ),
    "receipt-split": (
        "见证人记下的 {size} 片叶的根和收据上的不同。",
        "the witness has another root for {size} leaves than the receipt.",
    ),
    "key-changed": ("公钥变了。", "the public key is not the same any more."),
    "split": (
        "叶数同为 {size}，现在的根和以前签名的不同：日志被分叉了。",
        "this root of {size} leaves differs from the one that was signed before: the log shows two faces.",
    ),
    "shrunk": (
        "日志变短了：以前有 {size} 片叶，现在只有 {now} 片。",
        "the log has shrunk from {size} leaves to {now}.",
    ),
    "unproved": (
        "有了 {now} 片叶的新日志头，却一再不给出它接着旧日志头的证明。",
        "there is a new head of {now} leaves, and again and again no proof that it goes on "
        "from the old one.",
    ),
    "rewritten": (
        "不能证明前 {size} 片叶还在 {now} 片叶的日志里没有变：日志被改写了。",
        "nothing shows that the first {size} leaves are unchanged among {now}: the log was rewritten.",
    ),
    "line-end": ("最后一行没有写完。", "the last line is cut off."),
    "acts-unknown": (
        "清单说到第 {act} 条，前面没有这样一条。",
        "the list is for entry {act}, and no such act stands before it.",
    ),
    "acts-twice": (
        "第 {act} 条已经在第 {seen} 条的清单里。",
        "entry {act} has its list in entry {seen} already.",
    ),
    "voided-twice": ("这片叶已经作废过。", "this leaf is void already."),
    "restored-unvoided": (
        "这片叶没有作废，不能恢复。",
        "this leaf is not void and cannot be restored.",
    ),
    "alarm": ("这里记着一次报警：{zh}", "an alarm is on record here: {en}"),
}


class Refused(Exception):
    """Why something is not accepted: a key of REASONS, where it was found, and the facts."""

    def __init__(self, check, file, line=0, **facts):
        zh, en = REASONS[check]
        self.zh, self.en = zh.format(**facts), en.format(**facts)
        super().__init__(self.en)
        self.check, self.file, self.line = check, file, line

    def sentences(self):
        at = f" 第 {self.line} 行" if self.line else ""
        where = f" line {self.line}" if self.line else ""
        return f"{self.file}{at}：{self.zh}", f"{self.file}{where}: {self.en}"


class NoAnswer(Exception):
    """The network gave nothing that can be judged. It says nothing about the log."""


# ---------------------------------------------------------------- Ed25519, RFC 8032

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def point_sum(a, b):
    """Section 5.1.4: points as (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z."""
    left = (a[1] - a[0]) * (b[1] - b[0]) % P
    right = (a[1] + a[0]) * (b[1] + b[0]) % P
    c = 2 * a[3] * b[3] * D % P
    d = 2 * a[2] * b[2] % P
    e, f, g, h = right - left, d - c, d + c, right + left
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_minus(a):
    return P - a[0], a[1], a[2], P - a[3]


def point_bytes(a):
    inverse = pow(a[2], P - 2, P)
    x, y = a[0] * inverse % P, a[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def point_of(data):
    """Section 5.1.3. None: these 32 bytes are no point, or not written in the one right way."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * ROOT_OF_MINUS_ONE % P
    if v * x * x % P != u or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


@functools.lru_cache(maxsize=4)
def multiples(point):
    """Every ``byte * 256 ** place * point``, so that a product is 32 additions."""
    rows = []
    for _ in range(32):
        row = [NEUTRAL]
        while len(row) < 256:
            row.append(point_sum(row[-1], point))
        rows.append(row)
        point = point_sum(row[-1], point)
    return rows


def product(rows, number):
    total = NEUTRAL
    for row, byte in zip(rows, number.to_bytes(32, "little")):
        if byte:
            total = point_sum(total, row[byte])
    return total


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


class PublicKey:
    """One key that many signatures are checked against."""

    def __init__(self, data):
        self.data = data
        point = point_of(data) if len(data) == 32 else None
        if point is None or is_of_small_order(point):
            raise ValueError("not a public key")
        self._minus = multiples(point_minus(point))

    def verifies(self, message, signature):
        """Section 5.1.7. The other point is made and compared, so that it has one spelling."""
        if len(signature) != 64:
            return False
        s = int.from_bytes(signature[32:], "little")
        if s >= L:
            return False
        hashed = hashlib.sha512(signature[:32] + self.data + message).digest()
        k = int.from_bytes(hashed, "little") % L
        found = point_sum(product(multiples(BASE), s), product(self._minus, k))
        return point_bytes(found) == signature[:32]


def is_of_small_order(point):
    for _ in range(3):
        point = point_sum(point, point)
    return point_bytes(point) == point_bytes(NEUTRAL)


# ---------------------------------------------------------------- the tree, RFC 6962


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_of(data):
    return sha256(b"\x00" + data)


def joined(left, right):
    return sha256(b"\x01" + left + right)


class Tree:
    """Leaves are added at the right; the root is known at every size."""

    def __init__(self):
        self.size, self._full = 0, []

    def add(self, leaf):
        level = self.size
        while level & 1:
            leaf = sha256(b"\x01" + self._full.pop() + leaf)
            level >>= 1
        self._full.append(leaf)
        self.size += 1

    def root(self):
        if not self._full:
            return sha256(b"")
        root = self._full[-1]
        for left in self._full[-2::-1]:
            root = joined(left, root)
        return root


def left_part(size):
    """How many of ``size`` leaves stand under the left child: a power of two."""
    return 1 << (size - 1).bit_length() - 1


def root_of_path(index, size, leaf, path):
    """The root to which a path leads (section 2.1.1). None: a leaf there has another path."""
    path = list(path)
    if not 0 <= index < size:
        return None
    try:
        root = _root_above(index, size, leaf, path)
    except IndexError:
        return None
    return None if path else root


def _root_above(index, size, leaf, path):
    if size == 1:
        return leaf
    left, sibling = left_part(size), path.pop()
    if index < left:
        return joined(_root_above(index, left, leaf, path), sibling)
    return joined(sibling, _root_above(index - left, size - left, leaf, path))


def is_continued(first, second, old, new, path):
    """Whether the tree of ``second`` leaves begins with the one of ``first`` (2.1.2)."""
    if first == second:
        return old == new and not path
    if not 0 < first < second:
        return False
    path = list(path)
    try:
        roots = _both_roots(first, second, True, old, path)
    except IndexError:
        return False
    return roots == (old, new) and not path


def _both_roots(first, size, whole, old, path):
    """Roots of the old and of the new tree in one subtree; ``whole``: it begins at leaf 0."""
    if first == size:
        root = old if whole else path.pop()
        return root, root
    left, sibling = left_part(size), path.pop()
    if first <= left:
        older, newer = _both_roots(first, left, whole, old, path)
        return older, joined(newer, sibling)
    older, newer = _both_roots(first - left, size - left, False, old, path)
    return joined(sibling, older), joined(sibling, newer)


# ---------------------------------------------------------------- strict reading


def from_base64(text, length):
    """The bytes that are written so. None: another length, or not the one right spelling."""
    try:
        data = base64.b64decode(text, validate=True)
        same = base64.b64encode(data).decode() == text
    except (ValueError, TypeError):
        return None
    return data if same and len(data) == length else None


def from_base64url(text, length):
    """The same in the alphabet for addresses, without padding."""
    if not isinstance(text, str) or not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        return None
    data = text.translate(str.maketrans("-_", "+/")) + "=" * (-len(text) % 4)
    return from_base64(data, length)


def from_json(text):
    """JSON in which no name stands twice, or ValueError."""

    def once(pairs):
        names = dict(pairs)
        if len(names) != len(pairs):
            raise ValueError("a name stands twice")
        return names

    try:
        return json.loads(text, object_pairs_hook=once)
    except RecursionError as error:
        raise ValueError("too deep") from error


def canonical(value):
    """The one spelling: names in order, no spaces, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def is_number(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def decoded(data, file, line):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("text", file, line) from error


def canonical_object(data, file, line):
    """An object of JSON that is written in the one canonical way."""
    text = decoded(data, file, line)
    try:
        value = from_json(text)
        same = canonical(value) == text
    except ValueError:
        value, same = None, False
    if not same or not isinstance(value, dict):
        raise Refused("canonical", file, line)
    return value


def lines_of(source, name):
    """Lines with their numbers, each without the newline that must end it."""
    with source.open(name) as file:
        for number, line in enumerate(file, start=1):
            if line[-1:] != b"\n":
                raise Refused("line-end", name, number)
            yield number, line[:-1]


def json_file(source, name, wanted):
    """The object of a file that is one line, with exactly these names in it."""
    lines = list(lines_of(source, name))
    if len(lines) != 1:
        raise Refused("lines", name, min(len(lines), 2), count=len(lines))
    value = canonical_object(lines[0][1], name, 1)
    if set(value) != set(wanted):
        raise Refused("names", name, 1, wanted=", ".join(sorted(wanted)))
    return value


# ---------------------------------------------------------------- a folder or a zip


class Folder:
    """An unpacked bundle."""

    def __init__(self, path):
        self._path = path
        self.names = set()
        for folder, _, files in os.walk(path):
            for name in files:
                full = os.path.relpath(os.path.join(folder, name), path)
                if name not in DROPPINGS:
                    self.names.add(full.replace(os.sep, "/"))

    def open(self, name):
        return open(os.path.join(self._path, *name.split("/")), "rb")

    def check_container(self):
        """A folder has nothing of its own that could be changed."""


class Part(io.RawIOBase):
    """Some bytes of a file, read like a file."""

    def __init__(self, path, start, size):
        super().__init__()
        self._file = open(path, "rb")  # noqa: SIM115 closed below
        self._file.seek(start)
        self._left = size

    def readable(self):
        return True

    def readinto(self, buffer):
        data = self._file.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)

    def close(self):
        self._file.close()
        super().close()


LOCAL = struct.Struct("<4s2B4H3L2H")
CENTRAL = struct.Struct("<4s4B4H3L5H2L")
END = struct.Struct("<4s4H2LH")
FIRST_DAY = 1 << 5 | 1
VERSION, UNIX, PLAIN_FILE = 20, 3, 0o644 << 16


class Archive:
    """A zip as the site makes it: files stored as they are, and no byte that says nothing.

    So that not one byte of it can be changed without being seen, the parts that only say
    where files lie must be exactly those that belong to these files.
    """

    def __init__(self, path):
        self._path, self._name = path, os.path.basename(path)
        self._places = {}
        self._sums = {}
        self._read()
        self.names = set(self._places)

    def open(self, name):
        return io.BufferedReader(Part(self._path, *self._places[name]), 1 << 16)

    def check_container(self):
        for name, crc in self._sums.items():
            found = 0
            with self.open(name) as file:
                for block in iter(lambda: file.read(1 << 20), b""):
                    found = zlib.crc32(block, found)
            if found != crc:
                raise Refused("crc", self._name, name=name)

    def _read(self):
        directory = b""
        with open(self._path, "rb") as file:
            end = file.seek(0, os.SEEK_END)
            offset = file.seek(0)
            while True:
                header = file.read(LOCAL.size)
                if header[:4] != b"PK\x03\x04" or len(header) != LOCAL.size:
                    break
                crc, _, size, length = LOCAL.unpack(header)[7:11]
                raw = file.read(length)
                name = raw.decode("ascii", "replace")
                start = offset + LOCAL.size + length
                right = LOCAL.pack(
                    *(b"PK\x03\x04", VERSION, 0, 0, 0, 0, FIRST_DAY),
                    *(crc, size, size, len(raw), 0),
                )
                if header != right or name in self._places or start + size > end:
                    raise Refused("container", self._name, name=name)
                directory += CENTRAL.pack(
                    *(b"PK\x01\x02", VERSION, UNIX, VERSION, 0, 0, 0, 0, FIRST_DAY),
                    *(crc, size, size, len(raw), 0, 0, 0, 0, PLAIN_FILE, offset),
                )
                directory += raw
                self._places[name], self._sums[name] = (start, size), crc
                offset = file.seek(start + size)
            count = len(self._places)
            file.seek(offset)
            closing = END.pack(
                *(b"PK\x05\x06", 0, 0, count, count, len(directory), offset, 0)
            )
            if file.read(len(directory) + END.size + 1) != directory + closing:
                raise Refused("container", self._name, name="目录 directory")


def source_at(path):
    return Folder(path) if os.path.isdir(path) else Archive(path)


# ---------------------------------------------------------------- the parts of a bundle


def check_sums(source):
    """Every file is listed with its hash, and every listed file is there."""
    if SUMS not in source.names:
        raise Refused("missing", SUMS)
    listed = []
    for number, line in lines_of(source, SUMS):
        text = decoded(line, SUMS, number)
        parts = re.fullmatch(r"([0-9a-f]{64})  ([A-Za-z0-9._/-]+)", text)
        if not parts or (listed and parts[2] <= listed[-1]):
            raise Refused("sums-form", SUMS, number)
        listed.append(parts[2])
        if parts[2] not in source.names:
            raise Refused("listed-missing", parts[2], number=number)
        found = hash_of(source, parts[2])
        if found != parts[1]:
            raise Refused("sums", parts[2], found=found, number=number, parts=parts[1])
    for name in sorted(source.names - set(listed) - {SUMS}):
        raise Refused("unlisted", name)


def hash_of(source, name):
    digest = hashlib.sha256()
    with source.open(name) as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def check_names(names):
    """Which files a bundle has: picks are opened together with the totals, or not at all."""
    opened = OPENINGS in names
    wanted = {LOG, ENTRIES, HEADS, SUMS}
    wanted |= {OPENINGS, TOTALS} if opened else {LEAVES}
    for name in sorted(wanted - names):
        raise Refused("missing", name)
    for name in sorted(names - wanted - {README, ITSELF}):
        if not LIST.fullmatch(name):
            raise Refused("extra", name)


@dataclass
class Log:
    """What log.json says."""

    origin: str
    contest: str
    practice: bool
    key: PublicKey
    units: dict
    form: str


def read_log(source):
    found = json_file(
        source,
        LOG,
        {"format", "origin", "contest", "practice", "public_key", "entries", "form"},
    )
    entries = found["entries"]
    if not (
        found["format"] == FORMAT
        and isinstance(found["origin"], str)
        and re.fullmatch(r"[^\s+]+", found["origin"])
        and isinstance(found["contest"], str)
        and isinstance(found["practice"], bool)
        and found["form"] in VALUES
        and isinstance(entries, list)
        and all(
            isinstance(entry, dict)
            and set(entry) == {"number", "unit"}
            and is_number(entry["number"])
            and 0 < entry["number"] < 1 << 16
            and isinstance(entry["unit"], str)
            for entry in entries
        )
        and len({entry["number"] for entry in entries}) == len(entries)
    ):
        raise Refused("log", LOG, 1)
    units = {entry["number"]: entry["unit"] for entry in entries}
    key = public_key(found["public_key"], LOG, 1)
    return Log(
        found["origin"], found["contest"], found["practice"], key, units, found["form"]
    )


def public_key(text, file, line=0):
    data = from_base64(text, 32)
    try:
        return PublicKey(data or b"")
    except ValueError as error:
        raise Refused("key", file, line) from error


@dataclass
class Entry:
    """One line of entries.jsonl: a statement and how many leaves it has."""

    number: int
    first: int
    leaves: int
    text: str
    said: dict

    @property
    def kind(self):
        return self.said["kind"]

    @property
    def end(self):
        return self.first + self.leaves


def read_entries(source):
    entries = []
    size = 0
    for number, line in lines_of(source, ENTRIES):
        found = canonical_object(line, ENTRIES, number)
        check_place(found, number, size)
        said = canonical_object(found["text"].encode(), ENTRIES, number)
        check_statement(said, found["leaves"], number)
        entries.append(Entry(number, size, found["leaves"], found["text"], said))
        size += found["leaves"]
    if not entries:
        raise Refused("empty", ENTRIES)
    return entries


def check_place(found, number, size):
    """Entries are numbered from 1, and each begins where the one before it ends."""
    if not (
        set(found) == {"number", "first", "leaves", "text"}
        and all(is_number(found[name]) for name in ("number", "first", "leaves"))
        and isinstance(found["text"], str)
        and (found["number"], found["first"]) == (number, size)
        and found["leaves"] >= 1
    ):
        raise Refused("place", ENTRIES, number, number=number, size=size)


def check_statement(said, leaves, number):
    """A statement names a known kind and its minute; only ballots have leaves behind it."""
    kind, at = said.get("kind"), said.get("at")
    if not isinstance(kind, str) or kind not in KINDS or not is_minute(at):
        raise Refused("statement", ENTRIES, number)
    if leaves > 1 and kind != "ballots":
        raise Refused("leaves-behind", ENTRIES, number)


def is_minute(text):
    if not isinstance(text, str) or not re.fullmatch(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z", text
    ):
        return False
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=timezone.utc)
    except ValueError:
        return False
    return True


def said_number(entry, name):
    """A number that a statement must hold."""
    value = entry.said.get(name)
    if not is_number(value):
        raise Refused("statement-number", ENTRIES, entry.number, name=name)
    return value


def of_kind(entries, *kinds):
    return [entry for entry in entries if entry.kind in kinds]


def check_batches(entries, log):
    """Batches are numbered, large enough, not too large, and have the picks they name."""
    batches = of_kind(entries, "ballots")
    for place, entry in enumerate(batches, start=1):
        ballots, picks = said_number(entry, "ballots"), said_number(entry, "picks")
        if said_number(entry, "batch") != place:
            raise Refused(
                "batch-number",
                ENTRIES,
                entry.number,
                place=place,
                batch=entry.said["batch"],
            )
        if picks != entry.leaves - 1:
            raise Refused(
                "batch-picks",
                ENTRIES,
                entry.number,
                picks=picks,
                count=entry.leaves - 1,
            )
        if not 1 <= ballots <= picks <= ballots * len(log.units):
            raise Refused(
                "batch-ballots", ENTRIES, entry.number, ballots=ballots, picks=picks
            )
        check_size_of_group(entry, ballots, alone=log.practice or len(batches) == 1)


def check_size_of_group(entry, ballots, *, alone):
    """At least 20 ballots, so that no group singles anybody out; fewer only if said and alone."""
    small = entry.said.get("small", False)
    if ballots > MOST_BALLOTS and entry.kind == "ballots":
        raise Refused("batch-too-large", ENTRIES, entry.number, ballots=ballots)
    if small != (ballots < LEAST_BALLOTS) or (small and not alone):
        raise Refused("small-group", ENTRIES, entry.number, ballots=ballots)


def check_closed(entries, log, *, opened):
    """The close names all ballots; none is sealed after it. Before it nothing is opened.

    Only a practice contest may be given ballots again, and then states another close.
    """
    closings, batches = of_kind(entries, "closed"), of_kind(entries, "ballots")
    if not closings:
        if opened:
            raise Refused("not-closed", ENTRIES)
        return
    closing = closings[-1]
    if len(closings) > 1 and not log.practice:
        raise Refused("closed-twice", ENTRIES, closings[1].number)
    if batches and batches[-1].number > closing.number and (opened or not log.practice):
        raise Refused(
            "sealed-after-close", ENTRIES, batches[-1].number, number=closing.number
        )
    before = [batch for batch in batches if batch.number < closing.number]
    for name, found in (
        ("batches", len(before)),
        ("ballots", sum(batch.said["ballots"] for batch in before)),
        ("picks", sum(batch.said["picks"] for batch in before)),
    ):
        if said_number(closing, name) != found:
            raise Refused(
                "close-differs",
                ENTRIES,
                closing.number,
                name=name,
                said=closing.said[name],
                found=found,
            )


def check_opened(entries, log):
    """Before any ballot an opening names this log, its key and the ballot as log.json does."""
    wanted = {
        "log": log.origin,
        "log_key": base64.b64encode(log.key.data).decode(),
        "ballot": {
            "contest": log.contest,
            "practice": log.practice,
            "form": log.form,
            "entries": [
                {"number": number, "unit": unit} for number, unit in log.units.items()
            ],
        },
    }
    openings = of_kind(entries, "opened")
    for entry in openings:
        for name, value in wanted.items():
            if entry.said.get(name, value) != value:
                raise Refused("opened-differs", ENTRIES, entry.number, name=name)
    complete = [entry.number for entry in openings if set(wanted) <= set(entry.said)]
    for batch in of_kind(entries, "ballots")[:1]:
        if not complete or complete[0] > batch.number:
            raise Refused("not-opened", ENTRIES, batch.number)


# ---------------------------------------------------------------- signed heads

NOTE = re.compile(
    r"(?P<signed>(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,15})\n"
    r"(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"ballots (?P<ballots>0|[1-9][0-9]{0,15})\ntime (?P<time>[0-9TZ:-]+)\n)"
    r"\n— (?P<name>[^\n ]+) (?P<signature>[A-Za-z0-9+/]+=*)\n"
)


@dataclass
class Head:
    """A signed head as it stands in its note."""

    note: str
    signed: str
    origin: str
    size: int
    root: bytes
    ballots: int
    time: str
    name: str
    key_id: bytes
    signature: bytes
    file: str = ""
    line: int = 0


def head_of(note, file="", line=0):
    found = NOTE.fullmatch(note)
    root = from_base64(found["root"], 32) if found else None
    signature = from_base64(found["signature"], 68) if found else None
    if root is None or signature is None or not is_minute(found["time"]):
        raise Refused("note", file, line)
    return Head(
        note,
        found["signed"],
        found["origin"],
        int(found["size"]),
        root,
        int(found["ballots"]),
        found["time"],
        found["name"],
        signature[:4],
        signature[4:],
        file,
        line,
    )


def check_signature(head, origin, key):
    """The head is of this log, and signed with its key."""
    if head.origin != origin or head.name != origin:
        raise Refused("origin", head.file, head.line, origin=head.origin, wanted=origin)
    key_id = sha256(origin.encode() + b"\n\x01" + key.data)[:4]
    if head.key_id != key_id:
        raise Refused("key-id", head.file, head.line, size=head.size)
    if not key.verifies(head.signed.encode(), head.signature):
        raise Refused("signature", head.file, head.line, size=head.size)


def notes_in(lines, file):
    """Notes that stand one after the other, each but the last with a line --- behind it."""
    note, start = "", 1
    number = 0
    for number, line in lines:
        text = decoded(line, file, number)
        if text == "---":
            yield head_of(note, file, start)
            note, start = "", number + 1
        else:
            note += text + "\n"
    if start > 1 or note:
        yield head_of(note, file, start)


def read_heads(source, log, progress):
    heads = []
    for head in notes_in(lines_of(source, HEADS), HEADS):
        check_signature(head, log.origin, log.key)
        check_growing(heads, head)
        heads.append(head)
        progress.say("签名 / signatures", len(heads))
    if not heads:
        raise Refused("no-head", HEADS)
    return heads


def check_growing(heads, head):
    """Heads stand in the order of size, and there is one of each."""
    if heads and head.size == heads[-1].size:
        raise Refused(
            "two-heads", head.file, head.line, size=head.size, first=heads[-1].line
        )
    if heads and head.size < heads[-1].size:
        raise Refused(
            "head-order", head.file, head.line, size=head.size, before=heads[-1].size
        )


def check_heads_fit(heads, entries):
    """Each head ends with an entry, says how many ballots are sealed, and the last has all."""
    sealed, size = {}, 0
    for entry in entries:
        if entry.kind == "ballots":
            size += entry.said["ballots"]
        sealed[entry.end] = size
    end = entries[-1].end
    for head in heads:
        if head.size > end:
            raise Refused("truncated", head.file, head.line, size=head.size, end=end)
        if head.size not in sealed:
            raise Refused("head-place", head.file, head.line, size=head.size)
        if head.ballots != sealed[head.size]:
            raise Refused(
                "head-ballots",
                head.file,
                head.line,
                ballots=head.ballots,
                sealed=sealed[head.size],
            )


def check_last_head(heads, entries):
    """Nothing stands behind the last head: it would be signed by nobody."""
    if heads[-1].size != entries[-1].end:
        entry = next(entry for entry in entries if entry.end > heads[-1].size)
        raise Refused("unsigned", ENTRIES, entry.number, size=heads[-1].size)


def remembered_heads(path, log):
    """The heads that a witness or a photograph kept: notes, or the record of ``follow``."""
    name = os.path.basename(path)
    with open(path, "rb") as file:
        lines = list(enumerate(file.read().splitlines(), start=1))
    if not lines or not lines[0][1].startswith(b"{"):
        heads = list(notes_in(lines, name))
        for head in heads:
            check_signature(head, log.origin, log.key)
        return heads
    heads = []
    for head, alarm in recorded(lines, name):
        try:
            check_signature(head, log.origin, log.key)
        except Refused:
            # An alarm may be about a note that this log never signed.
            if not alarm:
                raise
        else:
            heads.append(head)
    return heads


# ---------------------------------------------------------------- lists of void leaves


@dataclass
class VoidList:
    """The leaves of ballots that a group of acts made void, or restored."""

    entry: Entry
    leaves: list
    file: str


def read_lists(source, entries):
    """The lists, each as its statement says, in the order of the log."""
    places = {
        f"lists/{entry.number}.txt": entry for entry in of_kind(entries, "leaves")
    }
    listed = {name for name in source.names if LIST.fullmatch(name)}
    for name in sorted(set(places) - listed):
        raise Refused("list-missing", name, number=places[name].number)
    for name in sorted(listed - set(places)):
        raise Refused("list-extra", name)
    check_acts(entries)
    lists = []
    for name, entry in places.items():
        check_list_hash(source, name, entry)
        lists.append(VoidList(entry, list_leaves(source, name), name))
        check_list_size(lists[-1])
    return lists


def check_acts(entries):
    """A list names acts that stand before it; each act is in one list."""
    kinds = {entry.number: entry.kind for entry in entries}
    ballots = {entry.number: entry.said.get("ballots") for entry in entries}
    seen = {}
    for entry in of_kind(entries, "leaves"):
        acts = entry.said.get("acts")
        if (
            entry.said.get("list") not in ("void", "restore")
            or not isinstance(acts, list)
            or not acts
            or not all(is_number(act) for act in acts)
        ):
            raise Refused("acts-form", ENTRIES, entry.number)
        for act in acts:
            if act >= entry.number or kinds.get(act) != entry.said["list"]:
                raise Refused("acts-unknown", ENTRIES, entry.number, act=act)
            if act in seen:
                raise Refused(
                    "acts-twice", ENTRIES, entry.number, act=act, seen=seen[act]
                )
            seen[act] = entry.number
        total = sum(ballots[act] if is_number(ballots[act]) else 0 for act in acts)
        if said_number(entry, "ballots") > total:
            raise Refused(
                "acts-ballots",
                ENTRIES,
                entry.number,
                ballots=entry.said["ballots"],
                total=total,
            )


def check_acts_are_listed(entries):
    """When picks are opened, no void and no restoration is left without its list."""
    listed = {act for entry in of_kind(entries, "leaves") for act in entry.said["acts"]}
    for entry in of_kind(entries, "void", "restore"):
        if entry.number not in listed:
            raise Refused("act-without-list", ENTRIES, entry.number)


def check_list_hash(source, name, entry):
    found = hash_of(source, name)
    if entry.said.get("sha256") != found:
        raise Refused("list-hash", name, found=found, number=entry.number)


def list_leaves(source, name):
    leaves = []
    for number, line in lines_of(source, name):
        leaf = from_base64(line.decode("ascii", "replace"), 32)
        if leaf is None or (leaves and leaf <= leaves[-1]):
            raise Refused("list-order", name, number)
        leaves.append(leaf)
    return leaves


def check_list_size(void_list):
    entry, leaves = void_list.entry, len(void_list.leaves)
    ballots = said_number(entry, "ballots")
    if said_number(entry, "leaves") != leaves or not ballots <= leaves:
        raise Refused(
            "list-size",
            void_list.file,
            leaves=leaves,
            number=entry.number,
            ballots=ballots,
            said=entry.said["leaves"],
        )
    check_size_of_group(entry, ballots, alone=True)


def net_void(lists):
    """The leaves that are void in the end. Nothing is voided twice or restored unvoided."""
    void = set()
    for each in lists:
        voids = each.entry.said["list"] == "void"
        for line, leaf in enumerate(each.leaves, start=1):
            if voids and leaf in void:
                raise Refused("voided-twice", each.file, line)
            if not voids and leaf not in void:
                raise Refused("restored-unvoided", each.file, line)
            (void.add if voids else void.discard)(leaf)
    return void


# ---------------------------------------------------------------- picks, tree and totals

TO_STANDARD = bytes.maketrans(b"-_+/", b"+/!!")
LAST_SIGNS = frozenset(b"AEIMQUYcgkosw048")


class Openings:
    """Picks that are opened: number, value and salt."""

    name = OPENINGS

    def __init__(self, source, log):
        self._lines = lines_of(source, OPENINGS)
        self._pairs = {
            b"%d %d" % (number, value): number.to_bytes(2, "big") + bytes([value])
            for number in log.units
            for value in VALUES[log.form]
        }
        self.line = 0

    def next(self):
        """Leaf hash, pair of number and value, and what no two picks may share."""
        self.line, line = next(self._lines)
        pair, _, text = line.rpartition(b" ")
        pick = self._pairs.get(pair)
        salt = b""
        if len(text) == 43 and text[-1] in LAST_SIGNS:
            try:
                salt = binascii.a2b_base64(text.translate(TO_STANDARD) + b"=")
            except binascii.Error:
                salt = b""
        if pick is None or len(salt) != 32:
            raise Refused("opening", OPENINGS, self.line)
        return sha256(b"\x00" + sha256(salt + pick)), pair, salt

    def left(self):
        return next(self._lines, None)


class Hashes:
    """Picks that are not opened yet: only their leaf hashes."""

    name = LEAVES

    def __init__(self, source):
        self._lines = lines_of(source, LEAVES)
        self.line = 0

    def next(self):
        self.line, line = next(self._lines)
        leaf = from_base64(line.decode("ascii", "replace"), 32)
        if leaf is None:
            raise Refused("leaf", LEAVES, self.line)
        return leaf, b"", leaf

    def left(self):
        return next(self._lines, None)


def picks_in(source, log):
    return Openings(source, log) if OPENINGS in source.names else Hashes(source)


@dataclass
class Count:
    """What the walk over all leaves found."""

    root: bytes = b""
    given: dict = field(default_factory=dict)
    places: array = field(default_factory=lambda: array("Q"))


def walk(source, log, entries, heads, lists, progress):
    """Build the tree from the statements and the picks, and count what is not void."""
    tree, count = Tree(), Count()
    void = net_void(lists)
    wanted = first_lists(lists)
    roots = {}
    for head in heads:
        roots.setdefault(head.size, []).append(head)
    picks = picks_in(source, log)
    signed = Head("", "", "", 0, b"", 0, "", "", b"", b"")
    for entry in entries:
        tree.add(leaf_of(entry.text.encode()))
        last = b""
        for _ in range(entry.leaves - 1):
            leaf, pair, only = next_pick(picks, entry)
            check_leaf_order(last, leaf, entry, picks)
            tree.add(leaf)
            count.places.append(int.from_bytes(only[:8], "big"))
            last = leaf
            if leaf in wanted:
                check_list_is_later(wanted.pop(leaf), entry)
            if leaf not in void:
                count.given[pair] = count.given.get(pair, 0) + 1
        for head in roots.get(tree.size, ()):
            check_root(head, tree, signed, entries)
            signed = head
        progress.say("叶 / leaves", tree.size, entries[-1].end)
    check_no_pick_left(picks)
    check_all_found(wanted)
    check_picks_differ(source, log, count.places)
    count.root = tree.root()
    return count


def next_pick(picks, entry):
    try:
        return picks.next()
    except StopIteration:
        raise Refused(
            "picks-missing", picks.name, picks.line, number=entry.number
        ) from None


def check_leaf_order(last, leaf, entry, picks):
    """Inside a batch leaves stand in the order of their hashes: nothing tells who came first."""
    if leaf <= last:
        raise Refused("leaf-order", picks.name, picks.line, number=entry.number)


def check_root(head, tree, signed, entries):
    """The root of the tree at the size of a head is the one that was signed."""
    if tree.root() == head.root:
        return
    changed = [
        entry.number for entry in entries if signed.size < entry.end <= head.size
    ]
    if not changed:
        raise Refused("two-faces", head.file, head.line, size=head.size)
    span = f"{changed[0]}" if len(changed) == 1 else f"{changed[0]}–{changed[-1]}"
    raise Refused("root", head.file, head.line, size=head.size, span=span)


def check_no_pick_left(picks):
    left = picks.left()
    if left is not None:
        raise Refused("picks-extra", picks.name, left[0])


def first_lists(lists):
    """Each listed leaf with the first list that names it and its line there."""
    wanted = {}
    for each in lists:
        for line, leaf in enumerate(each.leaves, start=1):
            wanted.setdefault(leaf, (each, line))
    return wanted


def check_list_is_later(place, entry):
    each, line = place
    if each.entry.number < entry.number:
        raise Refused("list-too-early", each.file, line, number=entry.number)


def check_all_found(wanted):
    for each, line in wanted.values():
        raise Refused("list-leaf", each.file, line)


def check_picks_differ(source, log, places):
    """No pick stands in the log twice: else one voter's receipt could serve two."""
    ordered = sorted(places)
    suspects = {a for a, b in zip(ordered, ordered[1:]) if a == b}
    if not suspects:
        return
    seen = {}
    picks = picks_in(source, log)
    for _ in range(len(places)):
        only = picks.next()[2]
        if int.from_bytes(only[:8], "big") not in suspects:
            continue
        if only in seen:
            raise Refused("twice", picks.name, picks.line, seen=seen[only])
        seen[only] = picks.line


def check_totals(source, log, entries, lists, count):
    """Every published number is what the openings give. Returns what is in the table."""
    said = json_file(source, TOTALS, {"counted", "ballots", "withdrawn"})
    withdrawn = check_withdrawn(said["withdrawn"], entries, log)
    check_numbers_of_ballots(said["ballots"], entries, lists)
    found = {
        f"{number:02d}": {
            str(value): count.given.get(b"%d %d" % (number, value), 0)
            for value in VALUES[log.form]
        }
        for number in log.units
        if number not in withdrawn
    }
    if not isinstance(said["counted"], dict) or set(said["counted"]) != set(found):
        raise Refused("totals-numbers", TOTALS, 1)
    for plate, values in found.items():
        if said["counted"][plate] != values:
            raise Refused(
                "totals",
                TOTALS,
                1,
                plate=plate,
                counted=canonical(said["counted"][plate]),
                values=canonical(values),
            )
    return found


def check_withdrawn(said, entries, log):
    """Numbers that no longer count are those that the log says were withdrawn."""
    found = sorted(withdrawn_numbers(entries))
    if said != found or not set(found) <= set(log.units):
        raise Refused("withdrawn", TOTALS, 1, said=canonical(said), found=found)
    return set(found)


def withdrawn_numbers(entries):
    """Numbers that were withdrawn or disqualified, and not taken back in later."""
    numbers = set()
    for entry in of_kind(entries, "withdrawn"):
        number = said_number(entry, "number")
        if entry.said.get("act") == "reinstated":
            numbers.discard(number)
        else:
            numbers.add(number)
    return numbers


def check_numbers_of_ballots(said, entries, lists):
    cast = sum(entry.said["ballots"] for entry in of_kind(entries, "ballots"))
    void = sum(
        each.entry.said["ballots"] * (1 if each.entry.said["list"] == "void" else -1)
        for each in lists
    )
    found = {"cast": cast, "void": void, "counted": cast - void}
    if said != found:
        raise Refused(
            "ballots", TOTALS, 1, said=canonical(said), found=canonical(found)
        )


# ---------------------------------------------------------------- a whole bundle


class Progress:
    """A line on stderr now and then, for those who wait."""

    EVERY = 3.0

    def __init__(self, *, quiet=False):
        self._quiet = quiet
        self._next = time.monotonic() + self.EVERY

    def say(self, what, done, of=0):
        if self._quiet or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self.EVERY
        print(
            f"… {what} {done}" + (f" / {of}" if of else ""), file=sys.stderr, flush=True
        )


def check_bundle(source, *, key=None, remembered=None, progress=None):
    """All checks, one after the other. Returns what was found, or raises :class:`Refused`."""
    progress = progress or Progress(quiet=True)
    source.check_container()
    check_sums(source)
    check_names(source.names)
    log = read_log(source)
    check_own_key(log, key)
    entries = read_entries(source)
    opened = OPENINGS in source.names
    check_opened(entries, log)
    check_batches(entries, log)
    check_closed(entries, log, opened=opened)
    heads = read_heads(source, log, progress)
    kept = remembered_heads(remembered, log) if remembered else []
    check_heads_fit(heads + kept, entries)
    check_last_head(heads, entries)
    lists = read_lists(source, entries)
    if opened:
        check_acts_are_listed(entries)
    count = walk(source, log, entries, heads + kept, lists, progress)
    totals = check_totals(source, log, entries, lists, count) if opened else None
    return report(log, entries, heads, kept, lists, totals)


def check_own_key(log, key):
    if key is not None and log.key.data != key:
        raise Refused("other-key", LOG, 1)


def report(log, entries, heads, kept, lists, totals):
    batches = of_kind(entries, "ballots")
    last = heads[-1]
    found = {
        "verdict": "equal",
        "contest": log.contest,
        "practice": log.practice,
        "origin": log.origin,
        "key": base64.b64encode(log.key.data).decode(),
        "head": {
            "size": last.size,
            "root": base64.b64encode(last.root).decode(),
            "time": last.time,
        },
        "entries": len(entries),
        "heads": len(heads),
        "remembered": len(kept),
        "batches": len(batches),
        "sealed": sum(batch.said["ballots"] for batch in batches),
        "picks": sum(batch.said["picks"] for batch in batches),
        "lists": len(lists),
        "opened": totals is not None,
    }
    if totals is not None:
        void = sum(
            each.entry.said["ballots"]
            * (1 if each.entry.said["list"] == "void" else -1)
            for each in lists
        )
        found["ballots"] = {
            "cast": found["sealed"],
            "void": void,
            "counted": found["sealed"] - void,
        }
        found["form"] = log.form
        found["totals"] = [
            {
                "number": f"{number:02d}",
                "unit": unit,
                "given": totals.get(f"{number:02d}"),
            }
            for number, unit in log.units.items()
        ]
    return found


def printed(found):
    """The report for people."""
    head = found["head"]
    lines = [
        f"{found['contest']}  {found['origin']}",
        f"公钥 key   {found['key']}",
        f"日志头 head  {head['size']}  {head['root']}  {head['time']}",
        f"条目 entries {found['entries']}，日志头 heads {found['heads']}，"
        f"批次 batches {found['batches']}，封存选票 sealed ballots {found['sealed']}，"
        f"选择 picks {found['picks']}",
    ]
    if found["practice"]:
        lines.insert(0, "演练，不是正式活动 / PRACTICE, not a real contest")
    if found["remembered"]:
        lines.append(
            f"另外记下的日志头 remembered heads {found['remembered']}：都在这本日志里 / all in it"
        )
    if found["opened"]:
        ballots = found["ballots"]
        lines += [
            f"选票 ballots: 投出 cast {ballots['cast']}，作废 void {ballots['void']}，"
            f"计入 counted {ballots['counted']}",
            "",
            *table(found),
            "",
            "一致 equal",
        ]
    else:
        lines += [
            "",
            "一致 equal（选票还没有公开，票数还不能算 / picks are not opened yet）",
        ]
    return "\n".join(lines)


def table(found):
    names = VALUE_NAMES[found["form"]]
    yield "  ".join(["编号", *(f"{name:>14}" for name in names.values()), "单位 unit"])
    for row in found["totals"]:
        given = row["given"]
        cells = [f"{given[str(value)] if given else '-':>16}" for value in names]
        gone = "" if given else "（退出 withdrawn）"
        yield "  ".join([f"{row['number']:>4}", *cells, row["unit"] + gone])


# ---------------------------------------------------------------- one receipt


def check_receipt(path, *, key=None, remembered=None):
    """The picks of one receipt stand under a signed head. ``path`` holds their proof."""
    name = os.path.basename(path)
    with open(path, "rb") as file:
        text = decoded(file.read(), name, 0)
    try:
        proof = from_json(text)
        if proof.get("place") in ("waiting", "unsigned"):
            raise Refused("not-signed", name)
        origin, note = proof["origin"], proof["head"]["note"]
        own_key, picks = proof["public_key"], proof["picks"]
        right = isinstance(origin, str) and isinstance(note, str) and picks
    except (ValueError, KeyError, TypeError, AttributeError):
        right = False
    if not right or not isinstance(picks, list):
        raise Refused("proof-form", name)
    public = public_key(own_key, name)
    if key is not None and public.data != key:
        raise Refused("other-key", name)
    head = head_of(note, name)
    check_signature(head, origin, public)
    found = [check_pick(pick, place, head, name) for place, pick in enumerate(picks, 1)]
    check_one_pick_an_entry(found, name)
    if remembered:
        check_head_is_remembered(head, remembered, origin, public)
    return {
        "verdict": "equal",
        "origin": origin,
        "key": base64.b64encode(public.data).decode(),
        "head": {
            "size": head.size,
            "root": base64.b64encode(head.root).decode(),
            "time": head.time,
        },
        "picks": [
            {"number": f"{number:02d}", "value": value} for number, value in found
        ],
    }


def check_pick(pick, place, head, name):
    """The leaf of a pick, and the path from it to the signed root."""
    try:
        number, value, index = pick["number"], pick["value"], pick["index"]
        salt = from_base64url(pick["salt"], 32)
        path = [from_base64(each, 32) for each in pick["path"]]
        number = int(number) if isinstance(number, str) else number
        right = is_number(number) and is_number(value) and is_number(index)
    except (KeyError, TypeError, ValueError):
        right = False
    if (
        not right
        or salt is None
        or None in path
        or not 0 < number < 1 << 16
        or not 0 < value < 256
    ):
        raise Refused("proof-pick", name, place=place)
    leaf = leaf_of(sha256(salt + number.to_bytes(2, "big") + bytes([value])))
    if root_of_path(index, head.size, leaf, path) != head.root:
        raise Refused("path", name, number=number)
    return number, value


def check_one_pick_an_entry(found, name):
    if len({number for number, _ in found}) != len(found):
        raise Refused("proof-twice", name)


def check_head_is_remembered(head, path, origin, key):
    """The witness saw this very head, or none of its size: then the size is not compared."""
    name = os.path.basename(path)
    log = Log(origin, "", False, key, {}, "")
    for kept in remembered_heads(path, log):
        if kept.size == head.size and kept.root != head.root:
            raise Refused("receipt-split", name, kept.line, size=kept.size)


def printed_receipt(found):
    head = found["head"]
    return "\n".join(
        [
            found["origin"],
            f"公钥 key   {found['key']}",
            f"日志头 head  {head['size']}  {head['root']}  {head['time']}",
            *(f"  {pick['number']} 号：{pick['value']}" for pick in found["picks"]),
            "",
            f"一致 equal：这 {len(found['picks'])} 项选择都在签名的日志里 / "
            "all of these picks are in the signed log",
        ]
    )


# ---------------------------------------------------------------- an outside witness

MOST_BYTES = 1 << 20
PATIENCE = 5


class Witness:
    """Follows the heads of one log and remembers them in a file of one JSON object a line.

    The first line pins the log and its key; each further one is a head that was seen, or
    an alarm with what was wrong. The file can be published as it is.
    """

    def __init__(self, address, state, *, key=None, pause=2.0):
        self._address = address if address.endswith("/") else address + "/"
        self._state, self._given, self._pause = state, key, pause
        self.origin = self.key = None
        self.heads = {}
        self.last = None
        self._unproved = 0

    def remember(self):
        """Read the file again, as after a restart. A line that was cut off is left out."""
        if not os.path.exists(self._state):
            return
        mend_last_line(self._state)
        name = os.path.basename(self._state)
        with open(self._state, "rb") as file:
            lines = list(enumerate(file.read().splitlines(), start=1))
        for number, line in lines:
            found = canonical_object(line, name, number)
            if "public_key" in found:
                self._pin(str(found.get("origin")), found["public_key"], name, number)
        for head, alarm in recorded(lines, name):
            if alarm:
                raise Refused("alarm", name, head.line, zh=alarm["zh"], en=alarm["en"])
            self._check_own(head)
            self.heads[head.size], self.last = head, head

    def look(self):
        """Fetch the head once. Returns it, or None where nothing is new."""
        if self.key is None:
            self._meet()
        head = self._fetch_head()
        for _ in range(PATIENCE):
            if self.last is None or head.size >= self.last.size:
                break
            time.sleep(self._pause)
            head = self._fetch_head()
        try:
            return self._judge(head)
        except Refused as refused:
            self._write(
                {
                    "alarm": {
                        "check": refused.check,
                        "zh": refused.zh,
                        "en": refused.en,
                    },
                    "note": head.note,
                    "seen": moment(),
                }
            )
            raise

    def _meet(self):
        """The first time: whose log it is, and the key that is believed from now on."""
        told = self._fetch_json("head.json")
        text = (
            base64.b64encode(self._given).decode()
            if self._given
            else told.get("public_key")
        )
        self._pin(str(told.get("origin")), text, self._address)
        self._write({"origin": self.origin, "public_key": text, "seen": moment()})

    def _pin(self, origin, text, file, line=0):
        key = public_key(text, file, line)
        if (self.key and self.key.data != key.data) or (
            self._given is not None and self._given != key.data
        ):
            raise Refused("key-changed", file, line)
        self.origin, self.key = origin, key

    def _check_own(self, head):
        check_signature(head, self.origin, self.key)

    def _judge(self, head):
        self._check_own(head)
        self._check_same_size(head)
        self._check_not_smaller(head)
        if self.last is not None and head.size == self.last.size:
            return None
        self._check_continued(head)
        self._write({"note": head.note, "seen": moment()})
        self.heads[head.size] = self.last = head
        return head

    def _check_same_size(self, head):
        """A log that shows two heads of one size shows different logs to different people."""
        known = self.heads.get(head.size)
        if known is not None and known.root != head.root:
            raise Refused("split", self._address, size=head.size)

    def _check_not_smaller(self, head):
        if self.last is not None and head.size < self.last.size:
            raise Refused("shrunk", self._address, size=self.last.size, now=head.size)

    def _check_continued(self, head):
        if self.last is None or self.last.size == 0:
            return
        asked = urllib.parse.urlencode({"first": self.last.size, "second": head.size})
        proof = self._fetch_proof(f"consistency.json?{asked}", head)
        path = (
            [from_base64(each, 32) for each in proof]
            if isinstance(proof, list)
            else [None]
        )
        if None in path or not is_continued(
            self.last.size, head.size, self.last.root, head.root, path
        ):
            raise Refused(
                "rewritten", self._address, size=self.last.size, now=head.size
            )

    def _fetch_proof(self, name, head):
        """A log that signs new heads and never shows that they go on from the old is lying."""
        try:
            proof = self._fetch_json(name).get("path")
        except NoAnswer:
            self._unproved += 1
            if self._unproved > PATIENCE:
                raise Refused("unproved", self._address, now=head.size) from None
            raise
        self._unproved = 0
        return proof

    def _fetch_head(self):
        data = self._fetch("checkpoint")
        try:
            return head_of(data.decode("utf-8"), self._address)
        except (UnicodeDecodeError, Refused) as error:
            raise NoAnswer(f"{self._address}checkpoint") from error

    def _fetch_json(self, name):
        try:
            found = from_json(self._fetch(name).decode("utf-8"))
        except ValueError as error:
            raise NoAnswer(f"{self._address}{name}") from error
        if not isinstance(found, dict):
            raise NoAnswer(f"{self._address}{name}")
        return found

    def _fetch(self, name):
        address = self._address + name
        request = urllib.request.Request(address, headers={"Cache-Control": "no-cache"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                data = answer.read(MOST_BYTES + 1)
        except (urllib.error.URLError, OSError, ValueError) as error:
            raise NoAnswer(f"{address} ({error})") from error
        if len(data) > MOST_BYTES:
            raise NoAnswer(address)
        return data

    def _write(self, value):
        """One line, on the disk before anything else happens."""
        with open(self._state, "ab") as file:
            file.write(canonical(value).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


def recorded(lines, file):
    """The heads in the record of a witness, each with the alarm that it raised, or None."""
    for number, line in lines:
        found = canonical_object(line, file, number)
        if "note" in found:
            alarm = found.get("alarm")
            yield head_of(str(found["note"]), file, number), alarm


def mend_last_line(path):
    """Drop what a crash left of a line that was being written."""
    with open(path, "rb+") as file:
        data = file.read()
        if data and not data.endswith(b"\n"):
            file.truncate(data.rfind(b"\n") + 1)


def moment():
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def follow(witness, *, once, every, say):
    """Look again and again. Ends with an alarm, or after one answer if ``once``."""
    witness.remember()
    while True:
        try:
            head = witness.look()
        except NoAnswer as error:
            say(f"{moment()}  没有得到回答 / no answer: {error}")
            if once:
                raise
        else:
            new = "新 new" if head else "没有变 same"
            last = witness.last
            root = base64.b64encode(last.root).decode()
            say(f"{moment()}  {new}  {last.size}  {root}  ballots {last.ballots}")
            if once:
                return
        time.sleep(every)


# ---------------------------------------------------------------- command line


def key_from(text):
    data = from_base64(text, 32)
    if data is None:
        raise argparse.ArgumentTypeError(
            "应当是 base64 写的 32 字节公钥 / 32 bytes in base64"
        )
    return data


def address_from(text):
    if not re.fullmatch(r"https?://[^\s?#]+", text):
        raise argparse.ArgumentTypeError(
            "应当是 https:// 开头的日志网址 / an https:// address"
        )
    return text


def parser_for(command):
    parser = argparse.ArgumentParser(
        prog=f"verify.py {command}".strip(),
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = {"receipt": "证明.json", "follow": "https://…/log/…/"}.get(
        command, "压缩包或文件夹"
    )
    kind = address_from if command == "follow" else str
    parser.add_argument("what", metavar=what, type=kind)
    parser.add_argument(
        "--key", type=key_from, help="应当是这把公钥 / the key that it must be"
    )
    if command == "follow":
        parser.add_argument("--state", required=True, metavar="FILE")
        parser.add_argument("--once", action="store_true")
        parser.add_argument("--every", type=float, default=60, metavar="SECONDS")
        return parser
    parser.add_argument(
        "--heads",
        metavar="FILE",
        help="自己记下的日志头：follow 的记录，或者抄下的原文 / heads that you kept",
    )
    parser.add_argument("--json", action="store_true", help="给程序看 / for machines")
    parser.add_argument("--quiet", action="store_true", help="不报进度 / no progress")
    return parser


def main(words=None):
    words = list(sys.argv[1:] if words is None else words)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    command = words.pop(0) if words[:1] in (["receipt"], ["follow"]) else ""
    given = parser_for(command).parse_args(words)
    as_json = getattr(given, "json", False)
    try:
        if command == "follow":
            witness = Witness(given.what, given.state, key=given.key)
            follow(witness, once=given.once, every=given.every, say=say_now)
            return 0
        found = answer(command, given)
    except Refused as refused:
        print(canonical(refusal(refused)) if as_json else shouted(refused), flush=True)
        return 1
    except NoAnswer:
        return 3
    except FileNotFoundError as error:
        print(f"找不到文件 / no such file: {error.filename}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"读不了文件 / cannot read: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    if as_json:
        print(canonical(found))
    else:
        print((printed_receipt if command == "receipt" else printed)(found))
    return 0


def answer(command, given):
    if command == "receipt":
        return check_receipt(given.what, key=given.key, remembered=given.heads)
    return check_bundle(
        source_at(given.what),
        key=given.key,
        remembered=given.heads,
        progress=Progress(quiet=given.quiet),
    )


def say_now(text):
    print(text, flush=True)


def refusal(refused):
    return {
        "verdict": "refused",
        "check": refused.check,
        "file": refused.file,
        "line": refused.line,
        "zh": refused.zh,
        "en": refused.en,
    }


def shouted(refused):
    zh, en = refused.sentences()
    return f"拒绝 REFUSED\n{zh}\n{en}"


if __name__ == "__main__":
    sys.exit(main())
