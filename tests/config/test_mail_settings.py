import pytest
from django.core.exceptions import ImproperlyConfigured

from tuoke.config.env import MailServer, mail

FROM = "拓客 <crm@example.com>"


@pytest.fixture
def given(monkeypatch):
    def read(url, sender=FROM):
        monkeypatch.setenv("TUOKE_MAIL_URL", url)
        monkeypatch.setenv("TUOKE_MAIL_FROM", sender)
        return mail()

    return read


def test_without_an_address_of_a_server_mail_is_off(given):
    assert given("") == MailServer()


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://relay.example.com", MailServer("relay.example.com", 25)),
        ("smtp://u:p%40ss@mail.example.com", MailServer("mail.example.com", 587, "u", "p@ss", starttls=True)),
        ("smtp://u:p@127.0.0.1:2525?starttls=0", MailServer("127.0.0.1", 2525, "u", "p")),
        ("smtps://u%40x.cn:p@mail.example.com", MailServer("mail.example.com", 465, "u@x.cn", "p", tls=True)),
    ],
)
def test_how_a_server_is_named(given, url, server):
    found = given(url)
    assert (found.sender, found.host, found.port) == (FROM, server.host, server.port)
    assert (found.user, found.password, found.tls, found.starttls) == (
        server.user, server.password, server.tls, server.starttls,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("url", "sender", "said"),
    [
        ("mail.example.com", FROM, "TUOKE_MAIL_URL"),
        ("http://mail.example.com", FROM, "TUOKE_MAIL_URL"),
        ("smtp://", FROM, "TUOKE_MAIL_URL"),
        ("smtp://mail.example.com:port", FROM, "TUOKE_MAIL_URL"),
        ("smtp://mail.example.com/x", FROM, "TUOKE_MAIL_URL"),
        ("smtp://mail.example.com?tls=1", FROM, "TUOKE_MAIL_URL"),
        ("smtp://mail.example.com", "", "TUOKE_MAIL_FROM"),
        ("smtp://mail.example.com", "crm", "TUOKE_MAIL_FROM"),
        ("smtp://mail.example.com", "crm@example.com\nBcc: x@y.cn", "TUOKE_MAIL_FROM"),
    ],
)
def test_a_wrong_value_is_refused_with_one_line_that_names_it(given, url, sender, said):
    with pytest.raises(ImproperlyConfigured) as problem:
        given(url, sender)
    assert str(problem.value).startswith(said)
    assert "\n" not in str(problem.value)
