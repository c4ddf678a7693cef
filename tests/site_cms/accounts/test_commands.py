import re

import pytest
from django.core.management import CommandError, call_command

from site_cms.accounts.queries import current_code, has_second_factor
from site_cms.accounts.roles import Role
from site_cms.accounts.services import enrol_operator
from tests.factories import NOW, make_operator

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def make_host(**fields):
    host = make_operator(Role.HOST, **fields)
    enrol_operator(by=None, user=host, secret=SECRET, now=NOW)
    return host


def test_code_is_printed_in_the_demo(settings, capsys):
    settings.DEMO = True
    host = make_host(username="host")

    call_command("one_time_code", "host")

    printed = capsys.readouterr().out
    assert re.fullmatch(r"\d{6}（\d+ 秒后换新的）\n", printed)
    assert printed[:6] == current_code(host)[0]


def test_code_is_printed_nowhere_else(capsys):
    make_host(username="host")

    with pytest.raises(CommandError, match="只有演示环境"):
        call_command("one_time_code", "host")

    assert capsys.readouterr().out == ""


def test_unknown_account_and_account_without_a_factor_are_named(settings):
    settings.DEMO = True
    make_operator(Role.CLERK, username="clerk")

    with pytest.raises(CommandError, match="没有账号“nobody”"):
        call_command("one_time_code", "nobody")
    with pytest.raises(CommandError, match="还没有设置第二步验证"):
        call_command("one_time_code", "clerk")


def test_groups_are_listed_before_and_made_after(capsys):
    call_command("sync_groups", "--dry-run")
    assert "需要修改，没有改动" in capsys.readouterr().out

    call_command("sync_groups")
    assert "主持人：+ wagtailadmin.access_admin" in capsys.readouterr().out

    call_command("sync_groups")
    assert capsys.readouterr().out == "各角色的权限与代码一致。\n"


def test_lost_telephone_is_reset_by_another_person():
    host = make_host(username="host")
    make_operator(Role.ADMINISTRATOR, username="admin")

    call_command("reset_second_factor", "host", "--by=admin", "--reason=手机丢失")

    assert not has_second_factor(host)


@pytest.mark.parametrize(
    ("by", "reason", "sentence"),
    [
        pytest.param("host", "手机丢失", "不能由本人决定", id="oneself"),
        pytest.param("nobody", "手机丢失", "没有账号“nobody”", id="unknown"),
        pytest.param("admin", " ", "请写明理由", id="no reason"),
    ],
)
def test_second_factor_is_not_reset(by, reason, sentence):
    host = make_host(username="host")
    make_operator(Role.ADMINISTRATOR, username="admin")

    with pytest.raises(CommandError, match=sentence):
        call_command("reset_second_factor", "host", f"--by={by}", f"--reason={reason}")

    assert has_second_factor(host)
