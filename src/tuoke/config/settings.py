"""Settings. What may differ between installations comes from the environment (README, Settings)."""

from __future__ import annotations

import os
from pathlib import Path

from tuoke.config import sqlite  # isort: skip  # must come before anything that loads Django's database
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from tuoke.config import env
from tuoke.services.health.rules import journal_mode

PACKAGE = Path(__file__).resolve().parents[1]
DATA_DIR = env.data_dir()
SECRET_KEY = env.secret_key(DATA_DIR)
DEBUG = env.flag("TUOKE_DEBUG")
ALLOWED_HOSTS = os.environ.get("TUOKE_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("TUOKE_TRUSTED_ORIGINS", "").split(",") if o]
SECURE = env.flag("TUOKE_HTTPS")  # behind TLS: secure cookies and HSTS
SQL_LOG = os.environ.get("TUOKE_SQL_LOG", "")

ROOT_URLCONF = "tuoke.config.urls"
WSGI_APPLICATION = "tuoke.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "tuoke.base.ui",  # before the libraries, so that our templates win
    "tuoke.base.records",
    "tuoke.base.accounts",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
    "tuoke.services.search",
    "tuoke.services.exchange",
    "tuoke.services.jobs",
    "tuoke.services.calendar",
    "tuoke.services.links",
    "tuoke.services.notifications",
    "tuoke.services.approvals",
    "tuoke.services.files",
    "tuoke.spine.catalog",
    "tuoke.spine.playbook",
    "tuoke.spine.library",
    "tuoke.spine.customers",
    "tuoke.spine.deals",
    "tuoke.spine.followups",
    "tuoke.steps.targeting",
    "tuoke.steps.targeting.markets",
    "tuoke.steps.targeting.goals",
    "tuoke.steps.targeting.resources",
    "tuoke.steps.leads",
    "tuoke.steps.leads.imports",
    "tuoke.steps.outreach",
    "tuoke.steps.outreach.calls",
    "tuoke.steps.outreach.mails",
    "tuoke.steps.discovery",
    "tuoke.steps.discovery.interviews",
    "tuoke.steps.discovery.decisions",
    "tuoke.steps.proposals",
    "tuoke.steps.proposals.values",
    "tuoke.steps.proposals.offers",
    "tuoke.steps.proposals.rivals",
    "tuoke.steps.proposals.demos",
    "tuoke.steps.proposals.signoffs",
    "tuoke.steps.proposals.objections",
    "tuoke.steps.proposals.sendings",
    "tuoke.steps.negotiation",
    "tuoke.steps.negotiation.rounds",
    "tuoke.steps.negotiation.returns",
    "tuoke.steps.negotiation.signals",
    "tuoke.steps.contracts",
    "tuoke.steps.contracts.confirmations",
    "tuoke.steps.contracts.clearances",
    "tuoke.steps.contracts.payments",
    "tuoke.steps.contracts.kickoff",
    "tuoke.steps.contracts.teams",
    "tuoke.steps.contracts.deliveries",
    "tuoke.steps.reviews",
    "tuoke.steps.reviews.revisits",
    "tuoke.steps.reviews.improvements",
    "tuoke.steps.reviews.effects",
    "tuoke.doors.portal",
    "tuoke.insight",
    "tuoke.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tuoke.base.accounts.middleware.PrincipalMiddleware",
    "tuoke.spine.playbook.middleware.PlaybookMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "template_partials.templatetags.partials",
                "tuoke.base.ui.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "tuoke.base.accounts.context.principal",
                "tuoke.base.ui.nav.context",
            ],
        },
    }
]
FORM_RENDERER = "tuoke.base.ui.rendering.Renderer"

DATABASES = {"default": {**env.database(DATA_DIR), "ATOMIC_REQUESTS": False, "CONN_HEALTH_CHECKS": True}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            f"PRAGMA journal_mode={journal_mode(sqlite.version())};PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
            "PRAGMA mmap_size=134217728;PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-20000;"
            "PRAGMA temp_store=MEMORY"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True  # ready for PgBouncer

CACHES = {  # shared between web processes: the log-in limits count here
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "accounts_cache"}
}

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "tuoke.base.accounts.passwords.LongEnough", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "tuoke.base.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = None  # the login page asks
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_USERNAME_MIN_LENGTH = 2
ALLAUTH_TRUSTED_PROXY_COUNT = env.trusted_proxies()  # whose word about the client's address counts
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "30/15m/ip,5/15m/key", "change_password": "5/m/user"}
ACCOUNT_FORMS = {"login": "tuoke.base.accounts.forms.LoginForm"}
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# Language and time
LANGUAGE_CODE = env.language()
LANGUAGES = [("zh-hans", _("简体中文")), ("zh-hant", _("繁體中文")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = env.time_zone()
USE_TZ = True
USE_I18N = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [PACKAGE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MAX_AGE = 3600
MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Background work
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Mail: an empty host means that none is sent
MAIL = env.mail()
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_SSL, EMAIL_USE_TLS = MAIL.tls, MAIL.starttls
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = MAIL.sender

# Safety
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True  # pages carry the token themselves
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
