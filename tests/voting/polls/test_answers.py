"""No test here may touch the database: that is what is being tested."""

from django.test import RequestFactory

from voting.polls.answers import try_again


def test_without_a_database_the_page_keeps_what_was_sent():
    sent = {"entry": ["01", "03"], "request": "the-nonce", "order": "5"}
    request = RequestFactory().post("/vote/x/cast/?font=large", sent)

    page = try_again(request, "系统暂时收不了选票。")

    text = page.content.decode()
    assert (page.status_code, page["Retry-After"]) == (503, "60")
    assert [f'value="{value}"' in text for value in ("01", "03", "the-nonce")] == [
        True
    ] * 3
    assert "您选好的 2 个单位还在" in text
    assert 'data-font="large"' in text


def test_a_page_that_was_only_asked_for_can_be_asked_for_again():
    page = try_again(RequestFactory().get("/vote/x/"), "系统暂时收不了选票。")

    assert '<form method="get" action="/vote/x/">' in page.content.decode()
