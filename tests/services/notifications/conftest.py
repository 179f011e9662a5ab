from __future__ import annotations

import socket

import pytest

from tests.services.notifications.server import smtp_server


@pytest.fixture
def mail_settings(settings):
    """``mail_settings(port)``: as TUOKE_MAIL_URL would set them."""

    def use(port: int) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT, settings.DEFAULT_FROM_EMAIL = 5, "拓客 <crm@tuoke.example>"

    return use


@pytest.fixture
def postbox(mail_settings):
    with smtp_server() as found:
        mail_settings(found.port)
        yield found


@pytest.fixture
def nobody_listens(mail_settings):
    """A port at which connections are refused."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        mail_settings(taken.getsockname()[1])
        yield
