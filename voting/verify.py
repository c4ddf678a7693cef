#!/usr/bin/env python3
"""核对红旗争夺赛的公开日志和结果。只要 Python 3.9 以上，不用安装别的东西，不用联网。

Check the public log of a contest, and compute its result again from sheets and ballots.
Python 3.9 or newer and its standard library are enough.

    python3 verify.py 压缩包.zip | 文件夹        核对整个日志 / check a whole bundle
    python3 verify.py receipt 证明.json          核对一张收据 / check one receipt
    python3 verify.py follow 日志网址 --state 记录文件
                                                 做见证人，一直跟着看 / be a witness

Exit code: 0 equal (一致), 1 refused (不一致), 2 wrong use, 3 no answer from the network.

This file shares no code with the site. What it knows of the tree is RFC 6962, of signatures
RFC 8032, of signed heads the checkpoint and signed-note formats of transparency logs, of
scores and ranks the rule book.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import contextlib
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
from fractions import Fraction

FORMAT = "hongqi-log-1"
SUMS, LOG, ENTRIES, HEADS = "SHA256SUMS", "log.json", "entries.jsonl", "heads.txt"
OPENINGS, LEAVES, TOTALS = "openings.txt", "leaves.txt", "totals.json"
README, ITSELF = "README.txt", "verify.py"
LIST = re.compile(r"lists/([1-9][0-9]{0,9})\.txt")

# What an operating system leaves in folders, and nothing here ever reads.
DROPPINGS = {".DS_Store", "Thumbs.db", "desktop.ini"}

LEAST_BALLOTS, MOST_BALLOTS = 20, 1000
VALUES = {"approval": (1,), "grading": (1, 2, 3, 4), None: ()}
VALUE_NAMES = {
    "approval": {1: "票数 votes"},
    "grading": {
        1: "满意 satisfied",
        2: "基本满意 fair",
        3: "不满意 dissatisfied",
        4: "不了解 unknown",
    },
    None: {},
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
    "tie",
    "points",
    "final",
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
    "shape": (
        "这里的内容不是约定的格式。",
        "what stands here has not the agreed form.",
    ),
    "not-this-contest": (
        "这里的“{name}”和 log.json 里的不同。",
        'the "{name}" is not the one in log.json.',
    ),
    "hash": (
        "这一行的 SHA-256 是 {found}，contest.json 写的是 {said}。",
        "the SHA-256 of this line is {found}; contest.json says {said}.",
    ),
    "rules-not-frozen": (
        "这份计分规则不是日志里冻结的那一份。",
        "these rules are not the ones that were frozen in the log.",
    ),
    "revision": (
        "第几次更正写的是 {said}，和前面的版本连不上。",
        "the revision is given as {said}, which does not follow those before it.",
    ),
    "revision-log": (
        "日志里第 {number} 次更正（0 是首次确定）不是这样：校验值、两个人或者理由不同。",
        "in the log revision {number} (0: the first result) has other hashes, people or reason.",
    ),
    "revision-reason": (
        "更正必须有理由，首次确定没有。",
        "a correction has a reason, the first result has none.",
    ),
    "revision-missing": (
        "日志第 {number} 条确定过一个结果，这里没有它。",
        "entry {number} of the log agrees on a result that is not here.",
    ),
    "final": (
        "这里作为最终结果或者重新审查的，不是当时的那个结果。",
        "what is made final or opened again here is not the result that stood then.",
    ),
    "sheet-twice": (
        "同一个席位的这一版评分表出现了两次。",
        "this version of a sheet stands here twice.",
    ),
    "no-promise": (
        "日志第 {number} 条不是这样一条承诺，或者已经打开过。",
        "entry {number} of the log promises nothing of this kind, or was opened before.",
    ),
    "promise-not-opened": (
        "日志第 {number} 条承诺了内容，这里没有打开它。",
        "what entry {number} of the log promises is not opened here.",
    ),
    "promise-differs": (
        "这里打开的内容和日志第 {number} 条承诺的不同。",
        "what is opened here is not what entry {number} of the log promises.",
    ),
    "sheet-missing": (
        "缺少席位 {seat} 的评分表，日志第 {number} 条锁定过它。",
        "the sheet of seat {seat} is missing; entry {number} of the log has it locked.",
    ),
    "sheets-differ": (
        "这一轮这个单位的评分表和日志第 {number} 条锁定的不同：分数、版本、席位或缺席改过。",
        "the sheets are not those that entry {number} of the log has locked: a mark, a version, a seat or an absence was changed.",
    ),
    "sheet-log": (
        "这张表注明的日志条目或盐不对，应当是第 {number} 条（0 是没有）。",
        "this sheet names the wrong entry of the log or salt; it must be {number} (0: none).",
    ),
    "sheet-counts": (
        "这一版是否计入写得不对。",
        "whether this version counts is not as it stood in the log.",
    ),
    "mark-without-sheet": (
        "{place} 有分数，却没有计入的评分表。",
        "there are marks for {place}, and no sheet that counts.",
    ),
    "marks-differ": (
        "{place} 的分数和 inputs.json 里的不同。",
        "the marks of {place} are not those in inputs.json.",
    ),
    "sheet-left-out": (
        "{place} 的评分表应当计入，inputs.json 里没有它。",
        "the sheet of {place} counts, and inputs.json does not have it.",
    ),
    "absence": (
        "{place} 的缺席和锁定时的不同。",
        "the absence of {place} is not as it was locked.",
    ),
    "recusal": (
        "{place} 的回避和登记的不同。",
        "the recusal of {place} is not as it was noted.",
    ),
    "entry-name": (
        "{number:02d} 号的名称或编号和选票上的不同。",
        "name or code of number {number:02d} are not those on the ballot.",
    ),
    "left": (
        "{place} 退出没有，和日志里的不同。",
        "whether {place} left is not as the log has it.",
    ),
    "votes-form": (
        "计分规则用的测评方式和选票的不同。",
        "the rules count another kind of votes than the ballots hold.",
    ),
    "votes": (
        "{plate} 号的票写的是 {said}，从公开的选票算出的是 {found}。",
        "the votes of number {plate} are given as {said}; the openings give {found}.",
    ),
    "points": (
        "{place} 的加分或扣分和两个人记入日志的不同。",
        "the points of {place} are not those that two people put in the log.",
    ),
    "lots": (
        "并列抽签的名单或种子和日志里的不同。",
        "lists or seeds of the lots between equals are not those in the log.",
    ),
    "decision": (
        "对 {place} 的裁定和日志里的不同。",
        "the decision on {place} is not the one in the log.",
    ),
    "draw-log": (
        "{round} 抽签的名单校验值、种子或顺序和日志里的不同。",
        "list, seed or order of the draw of {round} are not those in the log.",
    ),
    "draw-list": (
        "{round} 抽签的名单不是种子读出以前公布的那一份。",
        "the list of the draw of {round} is not the one published before its seed.",
    ),
    "draw-order": (
        "{round} 的出场顺序不是名单和种子算出来的。",
        "the order of {round} does not follow from its list and seed.",
    ),
    "draw-missing": (
        "日志里有 {round} 的抽签，这里没有。",
        "the log has a draw of {round} that is not here.",
    ),
    "outcome-hash": (
        "结果里的“{name}”不是 contest.json 里的。",
        'the "{name}" of the outcome is not the one in contest.json.',
    ),
    "figure": (
        "{place} 公布的是 {said}，重新计算得 {computed}。",
        "{place} was published as {said}; computed again it is {computed}.",
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


def one_object(source, name):
    """The object of a file that is one line, and the hash of the line."""
    lines = list(lines_of(source, name))
    if len(lines) != 1:
        raise Refused("lines", name, min(len(lines), 2), count=len(lines))
    return canonical_object(lines[0][1], name, 1), sha256(lines[0][1]).hex()


def json_file(source, name, wanted):
    """The object of a file that is one line, with exactly these names in it."""
    value, _ = one_object(source, name)
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
    if any(name.startswith(RESULT) for name in names):
        wanted |= RESULT_FILES
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
        and found["form"] in list(VALUES)
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
    changed: dict = field(default_factory=dict)
    places: array = field(default_factory=lambda: array("Q"))

    def then(self, pair):
        """What counted when the result was agreed on, before any later void."""
        return self.given.get(pair, 0) + self.changed.get(pair, 0)


def walk(source, log, entries, heads, lists, progress, *, cut=None):
    """Build the tree from the statements and the picks, and count what is not void.

    ``cut``: the entry up to which voids count for the result; None: all of them do.
    """
    tree, count = Tree(), Count()
    void = net_void(lists)
    before = [each for each in lists if cut is None or each.entry.number <= cut]
    later = void ^ net_void(before)
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
                if leaf in later:
                    by = 1 if leaf in void else -1
                    count.changed[pair] = count.changed.get(pair, 0) + by
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


# ---------------------------------------------------------------- the rule book again
#
# Articles 1 to 15 of the rule book, once more and on its words alone. What is made here has
# the shape of outcome.json, with fractions where that has texts.

HUNDRED = Fraction(100)
EXACT = re.compile(r"-?[0-9]+(\.[0-9]+)?|-?[0-9]+/0*[1-9][0-9]*")
SEED = re.compile(r"[0-9A-Za-z]{8,200}")
LONGEST_NUMBER, MOST_PLACES = 60, 12
SETTLING = ("lot", "open")
SOME_TEXT = object()


@functools.lru_cache(maxsize=4096)
def number_of(text):
    """The fraction that ``92.5``, ``37/2`` or ``90`` is."""
    if len(text) > LONGEST_NUMBER or not EXACT.fullmatch(text):
        raise ValueError("not an exact number")
    return Fraction(text)


def ratio_of(value):
    return "{}/{}".format(*value.as_integer_ratio())


def half_up(value, places):
    """Article 12: a half goes away from zero."""
    if not is_number(places) or places > MOST_PLACES:
        raise ValueError("not a number of places")
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(-whole if value < 0 else whole, 10**places)


def digits_of(value, places):
    """The figure as people read it."""
    rounded = half_up(value, places)
    whole = str(abs(rounded.numerator) * 10**places // rounded.denominator)
    whole = whole.rjust(places + 1, "0")
    text = f"{whole[:-places]}.{whole[-places:]}" if places else whole
    return f"-{text}" if rounded < 0 else text


@dataclass
class Sheet:
    """What one seat gave one entry. ``texts`` None: nothing; ``total`` None: not whole."""

    state: str
    texts: dict
    marks: dict
    total: Fraction


def ways_to_be_away(round_, entry, seat):
    """How an act may speak of this seat: for one entry or all, in one round or all."""
    return {
        (seat["code"], entry_code, round_code)
        for entry_code in (None, entry["code"])
        for round_code in (None, round_["code"])
    }


class Ranking:
    """All rules and inputs of one contest. :meth:`outcome` is what follows from them."""

    def __init__(self, rules, inputs):
        self.rules, self.inputs = rules, inputs
        gone = {each["entry"] for each in inputs["withdrawals"]}
        self.entries = sorted(
            (each for each in inputs["entries"] if each["code"] not in gone),
            key=lambda entry: (entry["number"], entry["code"]),
        )
        self.online = number_of(rules["online_weight"])
        self.weighted = [each for each in rules["extras"] if each["way"] == "weighted"]
        extras = sum(number_of(each["weight"]) for each in self.weighted)
        self.judged = 1 - self.online - extras
        self.away = {
            name: {(act["seat"], act["entry"], act["round"]) for act in acts}
            for name, acts in (
                ("recused", inputs["recusals"]),
                ("absent", inputs["absences"]),
            )
        }
        self.sheets, self.orders = {}, {}

    def rounded(self, stage, value):
        places = self.rules["rounding"].get(stage)
        return value if value is None or places is None else half_up(value, places)

    # Articles 1 to 6: from marks to the points of the judges

    def judging(self, round_):
        named = round_["panels"]
        return [
            panel
            for panel in self.rules["panels"]
            if not named or panel["code"] in named
        ]

    def seats_of(self, panel):
        seats = [s for s in self.inputs["seats"] if s["panel"] == panel["code"]]
        return sorted(seats, key=lambda seat: seat["code"])

    def sheet(self, round_, entry, seat):
        key = round_["code"], entry["code"], seat["code"]
        if key not in self.sheets:
            self.sheets[key] = self.read_sheet(round_, entry, seat)
        return self.sheets[key]

    def read_sheet(self, round_, entry, seat):
        by_entry = self.inputs["marks"].get(round_["code"], {})
        texts = by_entry.get(entry["code"], {}).get(seat["code"])
        marks = {code: number_of(mark) for code, mark in (texts or {}).items()}
        total = self.total(round_, marks)
        state = "partial" if total is None else "counted"
        if texts is None:
            state = "missing"
        for away, acts in self.away.items():
            if not acts.isdisjoint(ways_to_be_away(round_, entry, seat)):
                state = away
                break
        if seat["kind"] != "official":
            state = seat["kind"]
        return Sheet(state, texts, marks, total)

    def total(self, round_, marks):
        """Article 1."""
        criteria = round_["criteria"]
        if not marks or any(each["code"] not in marks for each in criteria):
            return None
        found = sum(
            marks[each["code"]] * factor
            for each, factor in zip(criteria, self.factors(round_))
        )
        return self.rounded("sheet", found)

    def factors(self, round_):
        """What one point of each criterion is worth in the total of a sheet."""
        criteria = round_["criteria"]
        weights = [number_of(each["weight"]) for each in criteria]
        if round_["adding"] == "sum":
            return weights
        whole = sum(weights)
        if round_["adding"] == "mean":
            return [weight / whole for weight in weights]
        return [
            weight / whole * HUNDRED / number_of(each["maximum"])
            for weight, each in zip(weights, criteria)
        ]

    def rows(self, round_, panel, entry):
        """Every seat of a panel with its state, its sheet and the total of the sheet."""
        for seat in self.seats_of(panel):
            sheet = self.sheet(round_, entry, seat)
            row = {"seat": seat["code"], "state": sheet.state}
            if sheet.total is not None:
                row["total"] = sheet.total
            if sheet.texts is not None:
                row["marks"] = sheet.texts
            yield row

    def panel(self, round_, panel, entry):
        rows = list(self.rows(round_, panel, entry))
        if panel["method"] == "places":
            lines = [self.line_by_places(round_, panel, entry, rows)]
        elif panel["trim_by"] == "criterion":
            lines = [
                self.line_of_criterion(panel, rows, criterion, factor)
                for criterion, factor in zip(round_["criteria"], self.factors(round_))
            ]
        else:
            lines = [self.line_of_totals(panel, rows)]
        void = not lines or any(line["weighted"] is None for line in lines)
        points = None if void else sum(line["weighted"] for line in lines)
        return {
            "code": panel["code"],
            "name": panel["name"],
            "weight": number_of(panel["weight"]),
            "lines": lines,
            "exact": points,
            "points": self.rounded("panel", points),
        }

    def line_of_totals(self, panel, rows):
        how, mean = average(rows, panel["trimming"])
        return {
            "criterion": None,
            "how": how,
            "rows": rows,
            "mean": mean,
            "points": mean,
            "weight": Fraction(1),
            "weighted": mean,
        }

    def line_of_criterion(self, panel, rows, criterion, factor):
        """Article 2 for the marks of one criterion."""
        own = []
        for row in rows:
            own.append({"seat": row["seat"], "state": row["state"]})
            mark = row.get("marks", {}).get(criterion["code"])
            if mark is not None:
                own[-1]["total"] = number_of(mark)
        how, mean = average(own, panel["trimming"])
        points = self.rounded("criterion", mean)
        weighted = None if points is None else points * factor
        return {
            "criterion": criterion["code"],
            "how": how,
            "rows": own,
            "mean": mean,
            "points": points,
            "weight": factor,
            "weighted": self.rounded("criterion_weighted", weighted),
        }

    def line_by_places(self, round_, panel, entry, rows):
        """Article 4: places of this entry in the order of each judge, as points."""
        table = [number_of(each) for each in self.rules["place_points"]]
        counted = [row for row in rows if row["state"] == "counted"]
        void = not counted or len(counted) < panel["trimming"]["minimum"]
        for row in counted:
            totals = self.totals_of(round_, row["seat"])
            first, last = places_of(row["total"], totals)
            row["place"] = [first, last]
            shared = table[first - 1 : last]
            row["points"] = sum(shared, Fraction(0)) / (last - first + 1)
            if void:
                row["state"] = "void"
        mean = None if void else sum(row["points"] for row in counted) / len(counted)
        factor = Fraction(1) if void else HUNDRED / table[0]
        return {
            "criterion": None,
            "how": "void" if void else "places",
            "rows": rows,
            "mean": mean,
            "points": mean,
            "weight": factor,
            "weighted": None if void else mean * factor,
        }

    def totals_of(self, round_, code):
        """The totals of all entries that one seat marked in a round."""
        key = round_["code"], code
        if key not in self.orders:
            seat = of_code(self.inputs["seats"], code)
            sheets = [self.sheet(round_, entry, seat) for entry in self.entries]
            self.orders[key] = [
                each.total for each in sheets if each.state == "counted"
            ]
        return self.orders[key]

    def round(self, round_, entry):
        """Article 5."""
        panels = [self.panel(round_, each, entry) for each in self.judging(round_)]
        points, used = joined_parts(
            panels, self.rules["void_panel"], self.rules["void_panel_heir"]
        )
        for panel, weight in zip(panels, used):
            panel["weight_used"] = weight
        return {
            "code": round_["code"],
            "name": round_["name"],
            "weight": number_of(round_["weight"]),
            "panels": panels,
            "exact": points,
            "points": self.rounded("round", points),
        }

    def marks(self, entry):
        """Article 6."""
        rounds = [self.round(each, entry) for each in self.rules["rounds"]]
        points, used = joined_parts(rounds, self.rules["void_round"], None)
        for round_, weight in zip(rounds, used):
            round_["weight_used"] = weight
        return {
            "rounds": rounds,
            "exact": points,
            "points": self.rounded("marks", points),
        }

    # Articles 8 to 10: from votes to points

    def measure(self, entry):
        rule, code = self.rules["votes"], entry["code"]
        if rule["form"] == "approval":
            count = self.inputs["votes"].get(code)
            return None if count is None else Fraction(count)
        rated = self.ratings(code)
        ratings = sum(rated.values())
        if ratings < rule["minimum_ratings"] or not ratings:
            return None
        return sum(value * count for value, count in rated.items()) / ratings

    def ratings(self, code):
        """How often an entry was given each value; a grade without value is no rating."""
        given = self.inputs["grades"].get(code, {})
        found = {}
        for grade in self.rules["votes"]["grades"]:
            if grade["value"] is not None:
                value = number_of(grade["value"])
                found[value] = found.get(value, 0) + given.get(grade["code"], 0)
        return found

    def votes(self):
        """What the votes of each entry are worth, with what they were compared with."""
        rule, found = self.rules["votes"], {}
        measures = {entry["code"]: self.measure(entry) for entry in self.entries}
        known = {code: value for code, value in measures.items() if value is not None}
        facts = self.compared_with(rule, list(known.values()))
        for entry in self.entries:
            code, own, points = entry["code"], dict(facts), None
            by_rank = self.by_rank(rule, entry, measures, own)
            if measures[code] is not None and (
                rule["method"] == "as_is" or any(known.values())
            ):
                points = by_rank
                if points is None:
                    points = self.compared(rule, code, known)
            elif self.rules["void_votes"] == "zero":
                points = Fraction(0)
            found[code] = {
                "method": rule["method"],
                "measure": measures[code],
                "counts": self.counts(code),
                "facts": own,
                "exact": points,
                "points": self.rounded("votes", points),
            }
        return found

    def counts(self, code):
        if self.rules["votes"]["form"] == "grades":
            return dict(self.inputs["grades"].get(code, {}))
        count = self.inputs["votes"].get(code)
        return {} if count is None else {"votes": count}

    def compared_with(self, rule, values):
        """The facts that are the same for every entry."""
        if not values:
            return {}
        top, low, total = max(values), min(values), sum(values)
        return {
            "as_is": {},
            "share_of_top": {"top": top},
            "share_of_total": {"total": total, "pool": number_of(rule["pool"])},
            "min_max": {"top": top, "low": low},
        }.get(rule["method"], {"entries": Fraction(len(values))})

    def compared(self, rule, code, known):
        """Article 9, the methods that compare figures."""
        value, top, low = known[code], max(known.values()), min(known.values())
        if rule["method"] == "as_is":
            return value
        if rule["method"] == "share_of_top":
            return value / top * HUNDRED
        if rule["method"] == "share_of_total":
            pool = number_of(rule["pool"])
            return shares_of(known, pool, rule["unit_places"])[code]
        return HUNDRED if top == low else (value - low) / (top - low) * HUNDRED

    def by_rank(self, rule, entry, measures, facts):
        """Article 9, the methods that compare places; their facts are added to ``facts``."""
        code = entry["code"]
        if rule["form"] == "grades":
            facts["ratings"] = Fraction(sum(self.ratings(code).values()))
        bonus = Fraction(0)
        if rule["method"] == "floor_and_rank":
            facts["floor"] = number_of(rule["floor_multiple"]) * entry["headcount"]
            facts["reached"] = facts.get("ratings", measures[code] or Fraction(0))
            if facts["reached"] >= facts["floor"]:
                bonus = number_of(rule["floor_points"])
        elif rule["method"] != "rank":
            return None
        if measures[code] is None:
            return None
        values = [each for each in measures.values() if each is not None]
        first, last = places_of(measures[code], values)
        facts["place"], facts["place_last"] = Fraction(first), Fraction(last)
        share = mean_of(
            [
                self.share_of_place(rule, place, len(values))
                for place in range(first, last + 1)
            ]
        )
        if rule["method"] == "floor_and_rank":
            return bonus + number_of(rule["rank_share"]) * share
        return HUNDRED * share

    def share_of_place(self, rule, place, size):
        if rule["method"] == "rank" and rule["rank_step"] is not None:
            step = number_of(rule["rank_step"])
            return max(1 - (place - 1) * step / HUNDRED, Fraction(0))
        return Fraction(size - place + 1, size)

    # Article 11: the combined score

    def entry(self, entry, votes):
        code = entry["code"]
        marks = self.marks(entry)
        trace = {
            "entry": code,
            "number": entry["number"],
            "name": entry["name"],
            "marks": marks,
            "votes": votes and votes[code],
            "parts": [],
            "added": [
                {"name": each["name"], "points": number_of(given[code])}
                for each in self.rules["extras"]
                if each["way"] == "added"
                for given in [self.inputs["extras"].get(each["code"], {})]
                if code in given
            ],
            "deducted": [
                {"name": each["reason"], "points": number_of(each["points"])}
                for each in self.inputs["deductions"]
                if each["entry"] == code
            ],
            "total_exact": None,
            "total": None,
        }
        is_whole, trace["parts"] = self.parts(
            code, marks["points"], votes and votes[code]["points"]
        )
        if is_whole:
            total = sum(each["weighted"] for each in trace["parts"])
            total += sum(each["points"] for each in trace["added"])
            total -= sum(each["points"] for each in trace["deducted"])
            trace["total_exact"] = Fraction(total)
            trace["total"] = self.rounded("total", Fraction(total))
        return trace

    def parts(self, code, marks, votes):
        """What is joined, and whether nothing is lacking for a score."""
        judged, online = self.judged, self.online
        way = self.rules["void_votes"]
        if online and votes is None and way == "marks_only":
            judged, online = judged + online, Fraction(0)
        elif online and votes is None and way == "zero":
            votes = Fraction(0)
        parts = [
            ("marks", "现场得分", marks, judged),
            ("votes", "民意得分", votes, online),
        ]
        for each in self.weighted:
            given = number_of(self.inputs["extras"][each["code"]][code])
            points = given / number_of(each["full"]) * HUNDRED
            weight = number_of(each["weight"])
            parts.append((f"extra:{each['code']}", each["name"], points, weight))
        is_whole = all(points is not None or not weight for *_, points, weight in parts)
        return is_whole, [
            {
                "code": part,
                "name": name,
                "points": points,
                "weight": weight,
                "weighted": self.rounded("weighted", points * weight),
            }
            for part, name, points, weight in parts
            if points is not None
        ]

    # Articles 13 to 15: from scores to ranks

    def value_on(self, rung, trace):
        """What an entry has on a rung of the ladder, or None."""
        if rung in ("total", "total_exact"):
            return trace[rung]
        if rung == "marks":
            return trace["marks"]["points"]
        if rung in ("votes", "votes_raw"):
            votes = trace["votes"] or {}
            return votes.get("points" if rung == "votes" else "measure")
        if rung == "first_places":
            return self.first_places(trace)
        kind, _, code = rung.partition(":")
        if rung == "heaviest_panel":
            heaviest = max(self.rules["panels"], key=lambda p: number_of(p["weight"]))
            kind, code = "panel", heaviest["code"]
        if kind == "panel":
            return self.points_of_panel(trace, code)
        if kind == "round":
            rounds = trace["marks"]["rounds"]
            return next(each["points"] for each in rounds if each["code"] == code)
        if kind == "criterion":
            return self.mean_of_criterion(trace, *code.split("/"))
        given = self.inputs["extras"].get(code, {}).get(trace["entry"])
        return None if given is None else number_of(given)

    def points_of_panel(self, trace, code):
        """A panel's points in all rounds that it judged, by the weights of the rounds."""
        found = [
            (round_["weight"], panel["points"])
            for round_ in trace["marks"]["rounds"]
            for panel in round_["panels"]
            if panel["code"] == code and panel["points"] is not None
        ]
        weight = sum(each for each, _ in found)
        if not weight:
            return None
        return sum(each * points for each, points in found) / weight

    def present(self, round_, entry):
        """Sheets of official seats, whole or not, unless the seat was away."""
        for panel in self.judging(round_):
            for seat in self.seats_of(panel):
                sheet = self.sheet(round_, entry, seat)
                if sheet.state in ("counted", "partial"):
                    yield seat, sheet

    def mean_of_criterion(self, trace, round_code, criterion):
        """The plain mean: nothing is dropped, and void and advising panels are in it."""
        round_ = of_code(self.rules["rounds"], round_code)
        entry = of_code(self.entries, trace["entry"])
        sheets = [sheet.marks for _, sheet in self.present(round_, entry)]
        marks = [sheet[criterion] for sheet in sheets if criterion in sheet]
        return mean_of(marks) if marks else None

    def first_places(self, trace):
        """How many judges put it first, each round by itself."""
        entry = of_code(self.entries, trace["entry"])
        return Fraction(
            sum(
                sheet.total == max(self.totals_of(round_, seat["code"]))
                for round_ in self.rules["rounds"]
                for seat, sheet in self.present(round_, entry)
                if sheet.state == "counted"
            )
        )

    def climb(self, traces):
        """Groups of equals, best first, and the rung that parts each from the next."""
        groups, between = [list(traces)], []
        for rung in self.rules["ladder"]:
            if rung in SETTLING:
                continue
            finer, rungs = [], []
            for place, group in enumerate(groups):
                split = self.split(group, rung)
                finer += split
                rungs += [rung] * (len(split) - 1) + between[place : place + 1]
            groups, between = finer, rungs
        return groups, between

    def split(self, group, rung):
        if len(group) == 1:
            return [group]
        values = [self.value_on(rung, trace) for trace in group]
        if None in values:
            return [group]
        return [
            [trace for trace, value in zip(group, values) if value == each]
            for each in sorted(set(values), reverse=True)
        ]

    def settled(self, rank, group):
        """A tie: put in order by lot or by named people, or open."""
        plates = [(f"{trace['number']:02d}", trace["name"]) for trace in group]
        title = f"{self.rules['title']} 并列第 {rank} 名抽签"
        listed = list_text(title, plates)
        tie = {
            "rank": rank,
            "entries": [trace["entry"] for trace in group],
            "settled_by": None,
            "list_text": listed,
            "list_hash": sha256(listed.encode()).hex(),
            "hashes": [],
            "by": [],
            "reason": "",
        }
        own = self.inputs.get("lot_seeds") or {}
        seed = own.get(tie["list_hash"], self.inputs["lot_seed"])
        if self.rules["ladder"][-1] == "lot" and seed is not None:
            drawn = {
                trace["entry"]: lot_of(tie["list_hash"], seed, plate)
                for trace, (plate, _) in zip(group, plates)
            }
            group.sort(key=lambda trace: drawn[trace["entry"]])
            tie["entries"] = [trace["entry"] for trace in group]
            tie["hashes"] = [drawn[entry] for entry in tie["entries"]]
            tie["settled_by"] = "lot"
            return tie
        for each in self.inputs["decisions"]:
            if self.rules["ladder"][-1] == "open" and sorted(each["order"]) == sorted(
                tie["entries"]
            ):
                group.sort(key=lambda trace: each["order"].index(trace["entry"]))
                tie["entries"] = list(each["order"])
                tie["settled_by"] = "decision"
                tie["by"], tie["reason"] = list(each["by"]), each["reason"]
        return tie

    def outcome(self):
        votes = self.votes() if self.rules["votes"] else None
        traces = [self.entry(entry, votes) for entry in self.entries]
        scored = [trace for trace in traces if trace["total"] is not None]
        unranked = [trace for trace in traces if trace["total"] is None]
        for trace in unranked:
            trace.update(rank=None, is_shared=False, parted_by=None, reason=SOME_TEXT)
        groups, between = self.climb(scored) if scored else ([], [])
        ties, final, rungs, above = [], [], [], 0
        for place, group in enumerate(groups):
            tie = self.settled(above + 1, group) if len(group) > 1 else None
            above += len(group)
            if tie:
                ties.append(tie)
            if tie and tie["settled_by"]:
                final += [[trace] for trace in group]
                rungs += [self.rules["ladder"][-1]] * (len(group) - 1)
            else:
                final.append(group)
            rungs += between[place : place + 1]
        ranking = ranked(final, rungs)
        return {
            "format": "hongqi-outcome/1",
            "shown_places": self.rules["shown_places"],
            "ranking": ranking,
            "unranked": unranked,
            "withdrawn": self.withdrawn(),
            "cut": self.cut(final),
            "ties": ties,
            "missing": self.missing(),
        }

    def withdrawn(self):
        entries = {each["code"]: each for each in self.inputs["entries"]}
        return [
            {
                "entry": each["entry"],
                "number": entries[each["entry"]]["number"],
                "name": entries[each["entry"]]["name"],
                "reason": each["reason"],
            }
            for each in sorted(
                self.inputs["withdrawals"],
                key=lambda gone: entries[gone["entry"]]["number"],
            )
        ]

    def cut(self, groups):
        """Article 14."""
        places = self.rules["places"]
        if places is None:
            return None
        inside = []
        for group in groups:
            codes = [trace["entry"] for trace in group]
            left = places - len(inside)
            if len(codes) > left:
                tied = codes if left else []
                return {
                    "places": places,
                    "inside": inside,
                    "tied": tied,
                    "places_left": left,
                }
            inside = inside + codes
        return {"places": places, "inside": inside, "tied": [], "places_left": 0}

    def missing(self):
        found = []
        for round_ in self.rules["rounds"]:
            seats = [s for panel in self.judging(round_) for s in self.seats_of(panel)]
            for entry in self.entries:
                for seat in seats:
                    state = self.sheet(round_, entry, seat).state
                    if state in ("missing", "partial"):
                        found.append(
                            {
                                "round": round_["code"],
                                "entry": entry["code"],
                                "seat": seat["code"],
                                "state": state,
                            }
                        )
        return found


def ranked(groups, between):
    """Rank is one more than how many are strictly better."""
    ranking = []
    for place, group in enumerate(groups):
        rank = len(ranking) + 1
        for trace in group:
            last = trace is group[-1]
            parted = between[place] if last and place < len(between) else None
            trace.update(
                rank=rank, is_shared=len(group) > 1, parted_by=parted, reason=""
            )
        ranking += group
    return ranking


def average(rows, rule):
    """Articles 2 and 3: mark what is dropped in the rows, and give the mean of the rest."""
    counted = [row for row in rows if row["state"] == "counted"]
    order = sorted(counted, key=lambda row: row["total"])
    size = len(order)
    high, low = rule["drop_high"], rule["drop_low"]
    how = "trimmed"
    if size < max(1, rule["minimum"]):
        how = "void"
    elif size - high - low < rule["at_least"]:
        how = rule["small"]
        high = low = 0
        if how == "mean" and size == 1:
            how = "itself"
        if how == "closest":
            how, high, low = closest(order)
    if how == "void":
        for row in counted:
            row["state"] = "void"
        return how, None
    for row in order[:low]:
        row["state"] = "low"
    for row in order[size - high :]:
        row["state"] = "high"
    kept = order[low : size - high]
    return how, sum(row["total"] for row in kept) / len(kept)


def closest(order):
    """Article 3: how, and how many to drop at the top and at the bottom."""
    size = len(order)
    if size == 1:
        return "itself", 0, 0
    if size == 2:
        return "mean", 0, 0
    if size > 3:
        return "trimmed", 1, 1
    low, middle, high = (row["total"] for row in order)
    return ("closest", 0, 1) if high - middle <= middle - low else ("closest", 1, 0)


def of_code(items, code):
    return next(each for each in items if each["code"] == code)


def mean_of(values):
    return sum(values, Fraction(0)) / len(values)


def places_of(value, values):
    """First and last of the places that all equals of a value share."""
    better = sum(each > value for each in values)
    return better + 1, better + sum(each == value for each in values)


def joined_parts(parts, void, heir):
    """Articles 5 and 6: points by weight, and the weight that each part has in the end."""
    whole = sum(part["weight"] for part in parts)
    if not whole:
        return None, [Fraction(0)] * len(parts)
    weights = [part["weight"] / whole for part in parts]
    empty = [part["points"] is None for part in parts]
    lost = sum(weight for weight, gone in zip(weights, empty) if gone)
    if lost and void == "void":
        return None, [Fraction(0)] * len(parts)
    used = [Fraction(0) if gone else weight for weight, gone in zip(weights, empty)]
    if lost:
        heirs = [
            place
            for place, part in enumerate(parts)
            if void == "heir" and part["code"] == heir and not empty[place]
        ]
        if heirs:
            used[heirs[0]] += lost
        elif lost == 1:
            return None, [Fraction(0)] * len(parts)
        else:
            used = [weight / (1 - lost) for weight in used]
    points = sum(part["points"] * weight for part, weight in zip(parts, used) if weight)
    return Fraction(points), used


def shares_of(votes, pool, places):
    """A pool shared out in whole units by votes: largest remainder, equals alike."""
    if not is_number(places) or places > MOST_PLACES:
        raise ValueError("not a number of places")
    unit = Fraction(1, 10**places)
    units = pool / unit
    total = sum(votes.values())
    exact = {code: units * count / (total or 1) for code, count in votes.items()}
    whole = {code: each.numerator // each.denominator for code, each in exact.items()}
    found = {code: Fraction(each) for code, each in whole.items()}
    left = units - sum(whole.values())
    rest = {code: exact[code] - whole[code] for code in votes}
    order = {code: (rest[code], votes[code]) for code in votes}
    for each in sorted(set(order.values()), reverse=True):
        equals = [code for code in votes if order[code] == each]
        given = min(left, Fraction(len(equals)))
        for code in equals:
            found[code] += given / len(equals)
        left -= given
    return {code: each * unit for code, each in found.items()}


def list_text(title, entries):
    ordered = sorted(entries, key=lambda entry: (len(entry[0]), entry[0]))
    return "".join(
        f"{line}\n" for line in [title, *(" ".join(each) for each in ordered)]
    )


def lot_of(list_hash, seed, number):
    return sha256(f"{list_hash}:{seed}:{number}".encode()).hex()


# What is told in words, and follows from what is compared.
TOLD = {"sentences", "notes", "rule_sheet_hash", "inputs_hash"}


def difference(made, said, places, at=""):
    """The first place where two outcomes differ, with both values; None: there is none."""
    if made is SOME_TEXT:
        return None if isinstance(said, str) and said else (at, said, "…")
    if isinstance(made, Fraction):
        made = {"exact": ratio_of(made), "shown": digits_of(made, places)}
        return None if said == made else (at, said, made)
    if isinstance(made, dict) and isinstance(said, dict):
        if set(made) != set(said) - TOLD:
            return at, sorted(set(said) - TOLD), sorted(made)
        for name in made:
            found = difference(
                made[name], said[name], places, f"{at}.{name}".strip(".")
            )
            if found:
                return found
        return None
    if isinstance(made, list) and isinstance(said, list):
        names = [name_of(each, place) for place, each in enumerate(made)]
        if names != [name_of(each, place) for place, each in enumerate(said)]:
            return at, [name_of(e, p) for p, e in enumerate(said)], names
        for name, one, other in zip(names, made, said):
            found = difference(one, other, places, f"{at}[{name}]")
            if found:
                return found
        return None
    return None if (type(made), made) == (type(said), said) else (at, said, made)


def name_of(each, place):
    """How an item of a list is called: by its own code, else by its place."""
    if isinstance(each, dict):
        for key in ("entry", "code", "seat"):
            if isinstance(each.get(key), str):
                return each[key]
    return str(place + 1)


# ---------------------------------------------------------------- the result of a bundle

RESULT = "result/"
CONTEST, RULES, INPUTS, OUTCOME = (
    RESULT + name
    for name in ("contest.json", "rules.json", "inputs.json", "outcome.json")
)
SHEETS, ACTS, TRAIL, REVISIONS = (
    RESULT + name
    for name in ("sheets.jsonl", "acts.jsonl", "trail.jsonl", "revisions.jsonl")
)
DRAW = RESULT + "draw.json"
RESULT_FILES = {
    *(CONTEST, RULES, INPUTS, OUTCOME, SHEETS, ACTS, DRAW, TRAIL, REVISIONS)
}
RESULT_FORMAT = "hongqi-audit-1"

OF_CONTEST = {
    "format": str,
    "contest": str,
    "slug": str,
    "practice": bool,
    "revision": int,
    "reason": str,
    "proposed_by": (str, type(None)),
    "confirmed_by": (str, type(None)),
    "published_at": (str, type(None)),
    "computed_at": str,
    "rules_hash": str,
    "inputs_hash": str,
    "outcome_hash": str,
}
OF_SHEET = {
    "round": str,
    "entry": str,
    "seat": str,
    "version": int,
    "marks": dict,
    "source": str,
    "received": str,
    "counts": bool,
    "reason": (str, type(None)),
    "log": (dict, type(None)),
}
OF_ACTS = {
    "locked": {
        "number": int,
        "round": str,
        "entry": str,
        "corrections": int,
        "salt": str,
        "sheets": list,
        "absent": list,
    },
    "absence": {
        "round": str,
        "entry": str,
        "seat": str,
        "withdrawn": (str, type(None)),
    },
    "recusal": {"entry": str, "seat": str},
    "withdrawal": {"entry": str, "reason": str},
    "late": {"round": str, "entry": str, "seat": str},
    "extra": {"code": str, "entry": str, "points": str},
    "deduction": {"entry": str, "points": str, "reason": str},
    "promise": {"number": int, "salt": str, "document": str},
}
OF_DRAW = {
    "round": str,
    "title": str,
    "listed": str,
    "list_hash": str,
    "seed": str,
    "order": list,
}
OF_TRAIL = {
    "at": str,
    "by": (str, type(None)),
    "action": str,
    "sentence": str,
    "reason": (str, type(None)),
    "decision": (str, type(None)),
}


@dataclass
class Result:
    """What the files of the result say, and where in the log the result was agreed on."""

    contest: dict
    rules: dict
    inputs: dict
    outcome: dict
    sheets: list
    acts: list
    draw: dict
    revisions: list
    cut: int = 0
    is_final: bool = False

    def of(self, kind):
        """Acts of one kind, each with its line."""
        return [(line, act) for line, act in self.acts if act["act"] == kind]

    @property
    def is_agreed(self):
        return self.contest["published_at"] is not None


@contextlib.contextmanager
def reading(file, line=0):
    """What has another shape than it must have is refused, and not stumbled over."""
    try:
        yield
    except (
        *(ValueError, KeyError, TypeError, AttributeError, LookupError),
        *(StopIteration, ArithmeticError, RecursionError),
    ) as error:
        raise Refused("shape", file, line) from error


def has_shape(value, shape, *, exactly=True):
    return (
        isinstance(value, dict)
        and (set(value) == set(shape) if exactly else set(shape) <= set(value))
        and all(
            isinstance(value[name], kind)
            and (kind is not int or is_number(value[name]))
            for name, kind in shape.items()
        )
    )


def shaped_lines(source, name, shape):
    """The lines of a file with their numbers, each an object with these names and kinds."""
    found = []
    for number, line in lines_of(source, name):
        value = canonical_object(line, name, number)
        if not has_shape(value, shape):
            raise Refused("shape", name, number)
        found.append((number, value))
    return found


def acts_in(source):
    found = []
    for number, line in lines_of(source, ACTS):
        act = canonical_object(line, ACTS, number)
        shape = OF_ACTS.get(act.get("act")) if isinstance(act.get("act"), str) else None
        if shape is None or not has_shape(act, shape, exactly=False):
            raise Refused("shape", ACTS, number)
        found.append((number, act))
    return found


def read_result(source, log, entries):
    """The files of the result, their hashes, and who agreed when. None: there are none."""
    if CONTEST not in source.names:
        return None
    contest, _ = one_object(source, CONTEST)
    if not has_shape(contest, OF_CONTEST) or contest["format"] != RESULT_FORMAT:
        raise Refused("shape", CONTEST, 1)
    for name in ("contest", "practice"):
        if contest[name] != getattr(log, name):
            raise Refused("not-this-contest", CONTEST, 1, name=name)
    read = {}
    for file, name in ((RULES, "rules"), (INPUTS, "inputs"), (OUTCOME, "outcome")):
        read[name], found = one_object(source, file)
        if found != contest[f"{name}_hash"]:
            raise Refused("hash", file, 1, found=found, said=contest[f"{name}_hash"])
    result = Result(
        contest=contest,
        sheets=shaped_lines(source, SHEETS, OF_SHEET),
        acts=acts_in(source),
        draw=json_file(source, DRAW, {"draws", "lots", "decisions"}),
        revisions=shaped_lines(source, REVISIONS, {"contest": dict, "ranking": list}),
        **read,
    )
    shaped_lines(source, TRAIL, OF_TRAIL)
    check_rules_in_log(result, entries)
    result.cut = check_agreed(result, entries)
    result.is_final = bool(check_finals(result, entries))
    return result


def check_rules_in_log(result, entries):
    """The rules are those that were frozen in the log before anybody voted."""
    frozen = of_kind(entries, "rule_sheet")
    if not frozen or frozen[-1].said.get("hash") != result.contest["rules_hash"]:
        raise Refused("rules-not-frozen", RULES, 1)


def check_agreed(result, entries):
    """Each revision is in the log, and nothing else is. Returns the entry that ends this one.

    What stands behind it in the log came later, and does not count for this result.
    """
    said = of_kind(entries, "result")
    revisions = [(line, each["contest"]) for line, each in result.revisions]
    if result.is_agreed:
        revisions.append((0, result.contest))
    if result.contest["revision"] != len(result.revisions):
        raise Refused("revision", CONTEST, 1, said=result.contest["revision"])
    for number, (line, contest) in enumerate(revisions):
        file, line = (REVISIONS, line) if line else (CONTEST, 1)
        if not has_shape(contest, OF_CONTEST) or contest["revision"] != number:
            raise Refused("revision", file, line, said=contest.get("revision"))
        if number >= len(said) or not is_said(contest, said[number].said):
            raise Refused("revision-log", file, line, number=number)
        if bool(contest["reason"]) != bool(number):
            raise Refused("revision-reason", file, line)
    last = result.contest["revision"] + result.is_agreed
    if len(said) > last and not result.is_agreed:
        raise Refused("revision-missing", REVISIONS, 0, number=said[last].number)
    return said[last - 1].number if result.is_agreed else entries[-1].number


def check_finals(result, entries):
    """What was made final is the result that stood then. Returns whether this one is final."""
    stood, final = None, None
    for entry in of_kind(entries, "result", "final"):
        if entry.kind == "result":
            stood, final = entry, None
            continue
        if (
            stood is None
            or entry.said.get("outcome_hash") != stood.said["outcome_hash"]
        ):
            raise Refused("final", ENTRIES, entry.number)
        final = stood if entry.said.get("act") == "final" else None
    return final is not None and final.number == result.cut and result.is_agreed


def is_said(contest, statement):
    """Whether a statement of the log is about this revision, by these two people."""
    by = [contest["proposed_by"], contest["confirmed_by"]]
    return (
        all(
            statement.get(name) == contest[name]
            for name in ("rules_hash", "inputs_hash", "outcome_hash")
        )
        and statement.get("by") == by
        and None not in by
        and statement.get("revision", contest["revision"]) == contest["revision"]
        and statement.get("reason", contest["reason"]) == contest["reason"]
    )


def check_result(result, log, entries, count, *, opened):
    """Everything of the result, one after the other. Returns what is in the table."""
    with reading(INPUTS, 1):
        check_sheets(result, entries)
        check_marks(result)
        check_away(result, entries)
        check_entries(result, log, entries)
        check_promises(result, entries)
        check_points(result, entries)
        check_ties(result, entries)
        recounted = opened and check_votes(result, log, count)
    with reading(DRAW, 1):
        check_draws(result, entries, practice=log.practice)
    check_revisions(result)
    with reading(RULES, 1):
        made = Ranking(result.rules, result.inputs).outcome()
    check_outcome(result, made)
    return told(result, made, recounted)


# ---------------------------------------------------------------- sheets


def check_sheets(result, entries):
    """Each locked sheet is the one that the log promised; none is missing, none is too many."""
    versions = {}
    for line, sheet in result.sheets:
        key = (sheet["round"], sheet["entry"], sheet["seat"], sheet["version"])
        if key in versions:
            raise Refused("sheet-twice", SHEETS, line)
        versions[key] = line, sheet
    promised = {entry.number: entry for entry in of_kind(entries, "sheet", "corrected")}
    first, standing = {}, {}
    for line, act in sorted(result.of("locked"), key=lambda each: each[1]["number"]):
        entry = promised.pop(act["number"], None)
        if entry is None:
            raise Refused("no-promise", ACTS, line, number=act["number"])
        with reading(ACTS, line):
            check_promised_sheets(act, line, entry, versions)
            for seat, version in act["sheets"]:
                key = (act["round"], act["entry"], seat, version)
                first.setdefault(key, (entry.number, act["salt"]))
        if entry.number <= result.cut:
            standing[act["round"], act["entry"]] = act
    for number in promised:
        raise Refused("promise-not-opened", ACTS, 0, number=number)
    check_named_promises(versions, first)
    check_counted(result, standing)


def check_promised_sheets(act, line, entry, versions):
    """The digest in the log is made of exactly these versions with these marks."""
    listed = []
    for seat, version in act["sheets"]:
        found = versions.get((act["round"], act["entry"], seat, version))
        if found is None:
            raise Refused("sheet-missing", SHEETS, 0, number=entry.number, seat=seat)
        listed.append([seat, version, found[1]["marks"]])
    text = canonical(
        {
            "round": act["round"],
            "entry": int(act["entry"]),
            "sheets": listed,
            "absent": act["absent"],
        }
    )
    digest = sha256(bytes.fromhex(act["salt"]) + text.encode()).hex()
    if (
        entry.said.get("digest") != digest
        or entry.said.get("entry") != int(act["entry"])
        or entry.said.get("corrections") != act["corrections"]
    ):
        raise Refused("sheets-differ", ACTS, line, number=entry.number)


def check_named_promises(versions, first):
    """A sheet names the first statement that promised it, or none if none did."""
    for key, (line, sheet) in versions.items():
        number, salt = first.get(key, (0, ""))
        named = {"number": number, "salt": salt} if number else None
        if sheet["log"] != named:
            raise Refused("sheet-log", SHEETS, line, number=number)


def check_counted(result, standing):
    """The versions that count are those that stood when the result was agreed on."""
    official = {s["code"] for s in result.inputs["seats"] if s["kind"] == "official"}
    newest = {}
    for _, sheet in result.sheets:
        key = (sheet["round"], sheet["entry"], sheet["seat"])
        newest[key] = max(sheet["version"], newest.get(key, 0))
    for line, sheet in result.sheets:
        act = standing.get((sheet["round"], sheet["entry"]))
        if sheet["seat"] in official:
            counts = (
                act is not None and [sheet["seat"], sheet["version"]] in act["sheets"]
            )
            if sheet["counts"] != counts:
                raise Refused("sheet-counts", SHEETS, line)
        key = (sheet["round"], sheet["entry"], sheet["seat"])
        if sheet["counts"] and (
            act is None
            or (sheet["seat"] not in official and sheet["version"] != newest[key])
        ):
            raise Refused("sheet-counts", SHEETS, line)


def check_marks(result):
    """The marks in the inputs are those of the sheets that count, and no others."""
    entries = {each["code"] for each in result.inputs["entries"]}
    found = {}
    for line, sheet in result.sheets:
        if sheet["counts"] and sheet["entry"] in entries:
            key = (sheet["round"], sheet["entry"], sheet["seat"])
            with reading(SHEETS, line):
                marks = {c: number_of(mark) for c, mark in sheet["marks"].items()}
            found[key] = marks, line
    given = {
        (round_, entry, seat): marks
        for round_, by_entry in result.inputs["marks"].items()
        for entry, by_seat in by_entry.items()
        for seat, marks in by_seat.items()
    }
    for key, marks in given.items():
        if key not in found:
            raise Refused("mark-without-sheet", INPUTS, 1, place=" ".join(key))
        if {c: number_of(mark) for c, mark in marks.items()} != found[key][0]:
            raise Refused("marks-differ", SHEETS, found[key][1], place=" ".join(key))
    for key in found:
        if key not in given:
            raise Refused("sheet-left-out", SHEETS, found[key][1], place=" ".join(key))


def check_away(result, entries):
    """Who was absent or recused: as acts, as the log promised, and as the inputs say."""
    standing, lines = {}, {}
    for _, act in sorted(result.of("locked"), key=lambda each: each[1]["number"]):
        if act["number"] <= result.cut:
            standing[act["round"], act["entry"]] = act
    official = {s["code"] for s in result.inputs["seats"] if s["kind"] == "official"}
    absent = {
        (seat, act["entry"], act["round"])
        for act in standing.values()
        for seat in act["absent"]
    }
    noted = set()
    for line, act in result.of("absence"):
        if act["withdrawn"] is None and (act["round"], act["entry"]) in standing:
            noted.add((act["seat"], act["entry"], act["round"]))
            lines[act["seat"], act["entry"], act["round"]] = line
    for key in {key for key in noted if key[0] in official} ^ absent:
        raise Refused("absence", ACTS, lines.get(key, 0), place=" ".join(key))
    known = {each["code"] for each in result.inputs["entries"]}
    given = {(a["seat"], a["entry"], a["round"]) for a in result.inputs["absences"]}
    same_sets(given, {key for key in noted if key[1] in known}, "absence", INPUTS)
    recused = {(act["seat"], act["entry"]) for _, act in result.of("recusal")}
    given = {
        (r["seat"], r["entry"]) for r in result.inputs["recusals"] if not r["round"]
    }
    same_sets(given, {key for key in recused if key[1] in known}, "recusal", INPUTS)
    for entry in of_kind(entries, "draw"):
        for seat, number in entry.said.get("recusals", ()):
            if (seat, f"{number:02d}") not in recused:
                raise Refused("recusal", ACTS, 0, place=f"{seat} {number:02d}")


def same_sets(one, other, check, file):
    for key in sorted(one ^ other, key=str):
        raise Refused(check, file, 1, place=" ".join(map(str, key)))


def check_entries(result, log, entries):
    """Names and numbers are those of the ballot; who left is who left in the log."""
    for each in result.inputs["entries"]:
        if each["code"] != f"{each['number']:02d}" or (
            log.units and log.units.get(each["number"]) != each["name"]
        ):
            raise Refused("entry-name", INPUTS, 1, number=each["number"])
    before = [entry for entry in entries if entry.number <= result.cut]
    left = {f"{number:02d}" for number in withdrawn_numbers(before)}
    known = {each["code"] for each in result.inputs["entries"]}
    given = {each["entry"]: each["reason"] for each in result.inputs["withdrawals"]}
    listed = {act["entry"]: act["reason"] for _, act in result.of("withdrawal")}
    if given != {code: listed[code] for code in listed if code in known}:
        raise Refused(
            "left", INPUTS, 1, place=" ".join(sorted(set(given) ^ set(listed)))
        )
    for code in sorted((left & known) ^ set(given)):
        if code in left or int(code) in log.units:
            raise Refused("left", INPUTS, 1, place=code)


# ---------------------------------------------------------------- votes, points, ties, draws


def check_votes(result, log, count):
    """The votes in the inputs are those of the openings. Returns whether any were needed."""
    rule = result.rules["votes"]
    if rule is None:
        return False
    gone = {each["entry"] for each in result.inputs["withdrawals"]}
    form = "grades" if log.form == "grading" else "votes"
    if log.form is None or (rule["form"] == "grades") != (form == "grades"):
        raise Refused("votes-form", INPUTS, 1)
    for each in result.inputs["entries"]:
        code, number = each["code"], each["number"]
        found = {
            value: count.then(b"%d %d" % (number, value)) for value in VALUES[log.form]
        }
        if form == "grades":
            codes = {grade["name"]: grade["code"] for grade in rule["grades"]}
            found = {
                codes[VALUE_NAMES["grading"][value].split()[0]]: given
                for value, given in found.items()
            }
        else:
            found = found[1]
        said = result.inputs[form].get(code)
        if said != found and (said is not None or code not in gone):
            raise Refused(
                *("votes", INPUTS, 1),
                plate=code,
                said=canonical(said),
                found=canonical(found),
            )
    return True


def check_promises(result, entries):
    """What the log promised about ties and points is what is opened here."""
    promised = {
        entry.number: entry
        for entry in of_kind(entries, "tie", "points")
        if "digest" in entry.said
    }
    for line, act in result.of("promise"):
        entry = promised.pop(act["number"], None)
        if entry is None:
            raise Refused("no-promise", ACTS, line, number=act["number"])
        with reading(ACTS, line):
            digest = sha256(bytes.fromhex(act["salt"]) + act["document"].encode()).hex()
        if digest != entry.said["digest"]:
            raise Refused("promise-differs", ACTS, line, number=act["number"])
    for number in promised:
        raise Refused("promise-not-opened", ACTS, 0, number=number)


def documents_of(result, entries, kind, act):
    """What was promised by one kind of statement before the result was agreed on."""
    documents = {
        each["number"]: from_json(each["document"]) for _, each in result.of("promise")
    }
    return [
        (entry, documents[entry.number])
        for entry in of_kind(entries, kind)
        if entry.number <= result.cut and entry.said.get("act") == act
    ]


def check_points(result, entries):
    """Points from elsewhere and deductions are those that two people put in the log."""
    extras, deducted = {}, {}
    for _, document in documents_of(result, entries, "points", "given"):
        for plate, points in document["points"].items():
            if document["code"]:
                extras.setdefault(document["code"], {})[plate] = points
            else:
                deducted.setdefault(plate, []).append((points, document["reason"]))
    found = {
        (code, plate): number_of(points)
        for code, given in extras.items()
        for plate, points in given.items()
        if points is not None
    }
    given = {
        (code, plate): number_of(points)
        for code, by_entry in result.inputs["extras"].items()
        for plate, points in by_entry.items()
    }
    listed = {
        (act["code"], act["entry"]): number_of(act["points"])
        for _, act in result.of("extra")
    }
    for key in sorted(set(found) | set(given) | set(listed)):
        if found.get(key) != given.get(key):
            raise Refused("points", INPUTS, 1, place=" ".join(key))
        if listed.get(key) != given.get(key):
            raise Refused("points", ACTS, 0, place=" ".join(key))
    check_deductions(result, deducted)


def check_deductions(result, deducted):
    """Each deduction was put in the log with its reason, and was not taken back."""
    names = ("entry", "points", "reason")
    listed = [[act[name] for name in names] for _, act in result.of("deduction")]
    if listed != [
        [each[name] for name in names] for each in result.inputs["deductions"]
    ]:
        raise Refused("points", ACTS, 0, place="deductions")
    for plate in {each["entry"] for each in result.inputs["deductions"]} | set(
        deducted
    ):
        own = [each for each in result.inputs["deductions"] if each["entry"] == plate]
        noted = deducted.get(plate, [])
        taken_back = sum(points is None for points, _ in noted)
        known = [
            (number_of(points), reason)
            for points, reason in noted
            if points is not None
        ]
        if len(own) != len(known) - taken_back or any(
            (number_of(each["points"]), each["reason"]) not in known for each in own
        ):
            raise Refused("points", INPUTS, 1, place=plate)


def check_ties(result, entries):
    """Lots and decisions are those of the log, and a seed came after its list."""
    lists = {
        entry.number: hashes
        for entry, hashes in documents_of(result, entries, "tie", "list")
    }
    thrown = [
        entry
        for entry in of_kind(entries, "tie")
        if entry.said.get("act") == "drawn" and entry.number <= result.cut
    ]
    found = [
        {"list_hashes": lists[entry.said["list"]], "seed": entry.said["seed"]}
        for entry in thrown
        if entry.said["list"] < entry.number
    ]
    lots = [each for each in result.draw["lots"] if each["seed"] is not None]
    if lots != found or len(found) != len(thrown):
        raise Refused("lots", DRAW, 1)
    # What was drawn once is not drawn again: of two lots for one list the first counts.
    seeds = {each: lot["seed"] for lot in reversed(lots) for each in lot["list_hashes"]}
    if (result.inputs.get("lot_seeds") or {}) != seeds:
        raise Refused("lots", INPUTS, 1)
    decided = {}
    for _, document in documents_of(result, entries, "tie", "decided"):
        decided[frozenset(document["order"])] = document
    for each in result.inputs["decisions"]:
        if decided.get(frozenset(each["order"])) != each:
            raise Refused("decision", INPUTS, 1, place=" ".join(each["order"]))
    if result.draw["decisions"] != result.inputs["decisions"]:
        raise Refused("decision", DRAW, 1, place="decisions")


def check_draws(result, entries, *, practice):
    """Each order follows from its list and its seed, and the list was there before the seed."""
    lists, drawn = {}, {}
    for entry in of_kind(entries, "draw"):
        if entry.said.get("act") == "list":
            lists.setdefault(entry.said.get("list_hash"), entry)
        else:
            drawn[entry.said["round"]] = entry
    for draw in result.draw["draws"]:
        if not has_shape(draw, OF_DRAW):
            raise Refused("shape", DRAW, 1)
        entry = drawn.pop(draw["round"], None)
        if entry is None or any(
            entry.said.get(name) != draw[name]
            for name in ("list_hash", "seed", "order")
        ):
            raise Refused("draw-log", DRAW, 1, round=draw["round"])
        if sha256(draw["listed"].encode()).hex() != draw["list_hash"]:
            raise Refused("draw-list", DRAW, 1, round=draw["round"])
        published = lists.get(draw["list_hash"])
        if not practice and (published is None or published.number > entry.number):
            raise Refused("draw-list", DRAW, 1, round=draw["round"])
        numbers = [line.split(" ")[0] for line in draw["listed"].split("\n")[1:-1]]
        numbers.sort(key=lambda each: lot_of(draw["list_hash"], draw["seed"], each))
        if (
            not SEED.fullmatch(draw["seed"])
            or [int(n) for n in numbers] != draw["order"]
        ):
            raise Refused("draw-order", DRAW, 1, round=draw["round"])
    for round_ in drawn:
        raise Refused("draw-missing", DRAW, 1, round=round_)


# ---------------------------------------------------------------- the outcome


def check_revisions(result):
    """Earlier rankings are readable: each entry with its rank and its exact score."""
    for line, each in result.revisions:
        for row in each["ranking"]:
            with reading(REVISIONS, line):
                if set(row) != {"entry", "rank", "total"} or not is_number(row["rank"]):
                    raise ValueError("not a row of a ranking")
                number_of(row["total"])


def check_outcome(result, made):
    """Every figure of the published outcome is the one that was computed here."""
    hashes = {
        "rule_sheet_hash": result.contest["rules_hash"],
        "inputs_hash": result.contest["inputs_hash"],
    }
    for name, found in hashes.items():
        if result.outcome.get(name) != found:
            raise Refused("outcome-hash", OUTCOME, 1, name=name)
    found = difference(made, result.outcome, made["shown_places"])
    if found:
        place, said, computed = found
        raise Refused(
            *("figure", OUTCOME, 1),
            place=place,
            said=short(said),
            computed=short(computed),
        )


def short(value):
    text = value if isinstance(value, str) else canonical(value)
    return text if len(text) <= 200 else text[:199] + "…"


def told_parts(trace, places):
    """Name and points of all that a score is made of."""
    for part in trace["parts"]:
        yield [part["name"], digits_of(part["points"], places)]
    for each in trace["added"]:
        yield [each["name"], f"+{digits_of(each['points'], places)}"]
    for each in trace["deducted"]:
        yield [each["name"], f"-{digits_of(each['points'], places)}"]


def told(result, made, recounted):
    cut = made["cut"]
    return {
        "revision": result.contest["revision"],
        "agreed": result.is_agreed,
        "final": result.is_final,
        "outcome": result.contest["outcome_hash"],
        "sheets": sum(sheet["counts"] for _, sheet in result.sheets),
        "votes": recounted,
        "places": cut and cut["places"],
        "flags": cut["inside"] if cut else [],
        "tied": cut["tied"] if cut else [],
        "ranking": [
            {
                "rank": each["rank"],
                "entry": each["entry"],
                "name": each["name"],
                "total": ratio_of(each["total"]),
                "shown": digits_of(each["total"], made["shown_places"]),
                "parts": list(told_parts(each, made["shown_places"])),
            }
            for each in made["ranking"]
        ],
        "unranked": [each["entry"] for each in made["unranked"]],
    }


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
    result = read_result(source, log, entries)
    count = walk(
        *(source, log, entries, heads + kept, lists, progress),
        cut=result and result.cut,
    )
    totals = check_totals(source, log, entries, lists, count) if opened else None
    found = report(log, entries, heads, kept, lists, totals)
    if result:
        found["result"] = check_result(result, log, entries, count, opened=opened)
    return found


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
        ]
    if "result" in found:
        lines += ["", *result_table(found["result"])]
    if found["opened"] or "result" in found:
        lines += ["", "一致 equal"]
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


def result_table(result):
    """The ranking, computed again: what won first, each with its exact score."""
    title = "结果 result"
    if result["revision"]:
        title += f"（更正第 {result['revision']} 版 Rev {result['revision']}）"
    if not result["agreed"]:
        title += "（两个人还没有确定 / two people have yet to agree）"
    elif result["final"]:
        title += "（最终 final）"
    yield f"{title}  {result['outcome']}"
    sealed = "" if result["votes"] else "，票数没有重数 votes not recounted"
    yield f"计入的评分表 sheets {result['sheets']}{sealed}"
    yield "名次  编号  综合得分 score  准确值 exact  单位 unit"
    for row in result["ranking"]:
        flag = "★" if row["entry"] in result["flags"] else " "
        parts = "，".join(f"{name} {points}" for name, points in row["parts"])
        yield (
            f"{flag}{row['rank']:>3}  {row['entry']:>4}  {row['shown']:>8}  "
            f"{row['total']}  {row['name']}（{parts}）"
        )
    if result["places"]:
        yield f"★ 红旗 flags {len(result['flags'])} / {result['places']}"
    if result["tied"]:
        yield f"并列未定 tied {' '.join(result['tied'])}"
    if result["unranked"]:
        yield f"没有得分 no score {' '.join(result['unranked'])}"


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
