"""The admin's words: nothing that an installed app ships stays English."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import django
import django_filters
import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.utils.translation import override
from django.utils.translation.trans_real import DjangoTranslation

HERE = Path(settings.LOCALE_PATHS[0], "zh_Hans", "LC_MESSAGES")
DOMAINS = ["django", "djangojs"]
# Also tags; not links, since those that lead to a foreign host are left out.
PLACEHOLDER = re.compile(r"%%|%\(\w+\)[ds]|%[dsr]|\{\w+\}|&\w+;|</?(?!a\b)\w+[^>]*>")
CHINESE = re.compile(r"[\u4e00-\u9fff]")

Word = polib.POEntry


def shipped(domain: str) -> dict[tuple[str | None, str], Word]:
    """What the installed apps, and the libraries without an app, can say."""
    folders = [
        *(Path(app.path) for app in apps.get_app_configs()),
        Path(django.__path__[0], "conf"),
        Path(django_filters.__path__[0]),
    ]
    words = {}
    for folder in folders:
        # The English file has every word; a library without one has them in its Chinese file.
        for language in ("en", "zh_CN"):
            file = folder / "locale" / language / "LC_MESSAGES" / f"{domain}.po"
            if file.exists():
                words |= {key(word): word for word in polib.pofile(str(file))}
                break
    return {one: word for one, word in words.items() if not word.obsolete}


def key(word: Word) -> tuple[str | None, str]:
    return (word.msgctxt, word.msgid)


def ours(domain: str) -> polib.POFile:
    return polib.pofile(str(HERE / f"{domain}.po"))


def said(domain: str) -> dict[tuple[str | None, str], str]:
    """Each shipped word as the site says it."""
    folders = [str(Path(app.path, "locale")) for app in apps.get_app_configs()]
    with override("zh-hans"):
        chinese = DjangoTranslation(
            "zh-hans", domain, None if domain == "django" else folders
        )
    return {one: _said(chinese, word) for one, word in shipped(domain).items()}


def _said(chinese: DjangoTranslation, word: Word) -> str:
    context = f"{word.msgctxt}\x04" if word.msgctxt else ""
    text = context + word.msgid
    told = (
        chinese.ngettext(text, context + word.msgid_plural, 2)
        if word.msgid_plural
        else chinese.gettext(text)
    )
    return told.removeprefix(context)


def is_english(text: str) -> bool:
    return not CHINESE.search(text) and bool(
        re.search(r"[A-Za-z]", PLACEHOLDER.sub("", text))
    )


def chinese_of(word: Word) -> str:
    return word.msgstr_plural[0] if word.msgid_plural else word.msgstr


def texts(word: Word) -> Iterator[str]:
    yield word.msgid
    if word.msgid_plural:
        yield word.msgid_plural


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_word_of_the_installed_apps_is_chinese(domain):
    decided = {key(word) for word in ours(domain)}

    assert {
        one: text
        for one, text in said(domain).items()
        if is_english(text) and one not in decided
    } == {}


@pytest.mark.parametrize("domain", DOMAINS)
def test_our_words_answer_to_what_is_shipped(domain):
    words = shipped(domain)

    assert [key(word) for word in ours(domain) if key(word) not in words] == []
    assert [
        key(word)
        for word in ours(domain)
        if word.msgid_plural != words[key(word)].msgid_plural
    ] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_our_words_keep_the_placeholders(domain):
    """With a plural, the Chinese stands for both and may take what either has."""

    def has_the_same(word: Word) -> bool:
        told = Counter(PLACEHOLDER.findall(chinese_of(word)))
        return any(Counter(PLACEHOLDER.findall(text)) == told for text in texts(word))

    assert {
        word.msgid: chinese_of(word) for word in ours(domain) if not has_the_same(word)
    } == {}


@pytest.mark.parametrize("domain", DOMAINS)
def test_compiled_words_are_those_of_the_source(domain):
    compiled = polib.mofile(str(HERE / f"{domain}.mo"))

    assert {key(word): chinese_of(word) for word in compiled} == {
        key(word): chinese_of(word) for word in ours(domain)
    }


def test_a_word_is_written_once_and_none_is_left_open():
    for domain in DOMAINS:
        words = ours(domain)
        assert len({key(word) for word in words}) == len(words)
        assert [
            word.msgid for word in words if word.fuzzy or not chinese_of(word)
        ] == []


def test_scripts_of_the_admin_get_our_words(client):
    script = client.get("/admin/jsi18n/").content.decode()

    assert "Changes have been autosaved." in script
    assert r"\u5df2\u81ea\u52a8\u4fdd\u5b58\u3002" in script or "已自动保存。" in script
