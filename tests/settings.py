"""The product's settings with a data directory of its own, quick password hashes and plain static names."""

import os
import tempfile

os.environ["TUOKE_DATA_DIR"] = tempfile.mkdtemp(prefix="tuoke-test-")
os.environ.setdefault("TUOKE_SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests")

from tuoke.config.settings import *  # noqa: F403
from tuoke.config.settings import DATA_DIR, STORAGES

(DATA_DIR / "static").mkdir(exist_ok=True)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
