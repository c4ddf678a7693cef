"""Reading JSON into frozen dataclasses, and writing them back, with sentences for what is wrong."""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from fractions import Fraction
from typing import (
    Any,
    Literal,
    NamedTuple,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from voting.rules import exact

T = TypeVar("T")
Read = Callable[[Any], Any]

_READERS: dict[Any, Read] = {}

LONGEST_TEXT = 4000
LARGEST_WHOLE = 10**15


class Problem(NamedTuple):
    """What is wrong where, as a sentence for the person who typed it."""

    field: str
    sentence: str


class Refused(ValueError):
    """Input that cannot be calculated with; ``problems`` says all that was found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(f"{p.field}：{p.sentence}" for p in problems))
        self.problems = problems


def read(kind: type[T], data: object) -> T:
    """Build ``kind`` from parsed JSON. Unknown, missing and mistyped fields are all reported.

    Errors
        :class:`Refused`.
    """
    reader: Callable[[object], T] = _reader(kind)
    return reader(data)


def without_format(data: object, name: str) -> object:
    """Check and remove the line that says what a document is."""
    if not isinstance(data, Mapping):
        raise _bad("这里应是一组字段。")
    if data.get("format") != name:
        raise Refused([Problem("format", f"这不是 {name} 格式的文件。")])
    return {key: value for key, value in data.items() if key != "format"}


def write(value: Any) -> Any:
    """The JSON form of a dataclass: numbers that may be broken as text, tuples as lists."""
    kind = type(value)
    if kind is Fraction:
        return exact.plain(value)
    if kind is str or kind is int or value is None:
        return value
    if isinstance(value, Mapping):
        return {key: write(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [write(item) for item in value]
    if is_dataclass(kind):
        return {f.name: write(getattr(value, f.name)) for f in fields(kind)}
    return value


def _bad(sentence: str) -> Refused:
    return Refused([Problem("", sentence)])


def _inside(step: str, problems: list[Problem]) -> list[Problem]:
    return [
        Problem(
            step + (f".{p.field}" if p.field and p.field[0] != "[" else p.field),
            p.sentence,
        )
        for p in problems
    ]


def _reader(kind: Any) -> Read:
    found = _READERS.get(kind)
    if found is None:
        found = _READERS[kind] = _made(kind)
    return found


def _made(kind: Any) -> Read:
    origin = get_origin(kind)
    if origin is Literal:
        return _one_of(get_args(kind))
    if origin is tuple:
        return _list_of(_reader(get_args(kind)[0]))
    if origin in (Union, types.UnionType):
        return _optional(
            _reader(next(a for a in get_args(kind) if a is not type(None)))
        )
    if origin is not None and issubclass(origin, Mapping):
        key, value = get_args(kind)
        return _mapping_of(_reader(key), _reader(value))
    if is_dataclass(kind):
        return _object(kind)
    simple: dict[Any, Read] = {
        str: _text,
        int: _whole,
        bool: _yes_no,
        Fraction: _number,
    }
    return simple[kind]


def _text(data: Any) -> str:
    if not isinstance(data, str):
        raise _bad("这里应是文字。")
    if len(data) > LONGEST_TEXT:
        raise _bad(f"文字太长，最多 {LONGEST_TEXT} 个字符。")
    if not data.isascii():
        try:
            data.encode()
        except UnicodeEncodeError:
            raise _bad("文字里有无法保存的字符，请删掉重打。") from None
    return data


def _whole(data: Any) -> int:
    if not isinstance(data, int) or isinstance(data, bool):
        raise _bad("这里应是整数。")
    if abs(data) > LARGEST_WHOLE:
        raise _bad("这个数太大了，请核对。")
    return data


def _yes_no(data: Any) -> bool:
    if not isinstance(data, bool):
        raise _bad("这里只能是 true 或 false。")
    return data


def _number(data: Any) -> Fraction:
    if isinstance(data, str):
        try:
            return exact.parse(data)
        except ValueError:
            raise _bad("这里应是一个数，例如 92.5、0.3 或 1/3。") from None
    if isinstance(data, float):
        raise _bad('带小数的数要写在引号里，例如 "92.5"，以免失去精确。')
    return Fraction(_whole(data))


def _one_of(options: tuple[Any, ...]) -> Read:
    def one_of(data: Any) -> Any:
        if not isinstance(data, str) or data not in options:
            raise _bad(f"只能是下面之一：{'、'.join(map(str, options))}。")
        return data

    return one_of


def _optional(reader: Read) -> Read:
    return lambda data: None if data is None else reader(data)


def _list_of(reader: Read) -> Read:
    def list_of(data: Any) -> Any:
        if not isinstance(data, list | tuple):
            raise _bad("这里应是一个列表。")
        found, problems = [], []
        for index, item in enumerate(data):
            try:
                found.append(reader(item))
            except Refused as refused:
                problems += _inside(f"[{index}]", refused.problems)
        if problems:
            raise Refused(problems)
        return tuple(found)

    return list_of


def _mapping_of(key_reader: Read, reader: Read) -> Read:
    def mapping_of(data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise _bad("这里应是名称和值的对照表。")
        found, problems = {}, []
        for key, item in data.items():
            try:
                found[key_reader(key)] = reader(item)
            except Refused as refused:
                problems += _inside(str(key)[:40], refused.problems)
        if problems:
            raise Refused(problems)
        return found

    return mapping_of


def _object(kind: Any) -> Read:
    hints = get_type_hints(kind)
    needed = {
        f.name
        for f in fields(kind)
        if f.default is MISSING and f.default_factory is MISSING
    }

    def build(data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise _bad("这里应是一组字段。")
        found, problems = {}, []
        for name in sorted(needed - data.keys()):
            problems.append(Problem(name, "缺少这一项。"))
        for name, item in data.items():
            if name not in hints:
                problems.append(
                    Problem(str(name)[:40], "不认识这一项，请删掉或核对拼写。")
                )
                continue
            try:
                found[name] = _reader(hints[name])(item)
            except Refused as refused:
                problems += _inside(name, refused.problems)
        if problems:
            raise Refused(problems)
        return kind(**found)

    return build
