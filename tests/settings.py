"""The product's settings with a data directory of its own, quick password hashes and plain static names."""

import os
import tempfile

os.environ["TUOKE_DATA_DIR"] = tempfile.mkdtemp(prefix="tuoke-test-")
os.environ.setdefault("TUOKE_SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests")

from tuoke.config.settings import *  # noqa: F403
from tuoke.config.settings import DATA_DIR, DATABASES, STORAGES

(DATA_DIR / "static").mkdir(exist_ok=True)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in life: several connections at once, each with its own view. In memory they would share one.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
