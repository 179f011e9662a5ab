"""A small company for every test: two sales departments under a head office, one tech department, all roles."""

from __future__ import annotations

import gc
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from django.test import Client
from django.utils import translation

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in Shanghai

DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


hypothesis.settings.register_profile("busy", suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("busy")


def pytest_configure(config):
    config.addinivalue_line("markers", "database: set below on every test that may reach the database")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what may reach the database; any other test is refused it, so that it says the same on every database."""
    for item in items:
        if item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")


def pytest_collection_finish():
    """What is loaded by now stays: the collector needn't walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_setup(
    request, django_test_environment, django_db_modify_db_settings, django_db_blocker, tmp_path_factory
):
    """Several workers migrate once, not once each; one alone, or one that replaces a broken one, for itself."""
    running = getattr(request.config, "workerinput", {})
    worker, workers = running.get("workerid"), [f"gw{n}" for n in range(running.get("workercount", 0))]
    if worker not in workers:
        yield request.getfixturevalue("django_db_setup")
        return
    from django.db import connection

    from tests.databases import migrate_once

    place, name = tmp_path_factory.getbasetemp().parent, connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        migrate_once(place=place, worker=worker, others=[other for other in workers if other != worker])
    yield
    with django_db_blocker.unblock():
        connection.creation.destroy_test_db(name, verbosity=0)


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """``installed(home)``: a migrated SQLite file of its own in a data directory, for tests with processes of their own."""
    from tests.databases import migrated_file

    here = tmp_path_factory.getbasetemp()
    shared = here.parent if "PYTEST_XDIST_WORKER" in os.environ else here

    def install(home: Path) -> None:
        shutil.copyfile(migrated_file(shared), home / "tuoke.sqlite3")

    return install


@pytest.fixture(autouse=True)
def own_language():
    """A page in English leaves its language behind in the thread; every test begins in the installation's."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def chromium():
    """One browser for a test process: a second driver in the same process is refused by Playwright."""
    if CHROMIUM is None:
        pytest.skip("needs a Chromium on the path (apt install chromium fonts-noto-cjk)")
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the driver's own loop, not ours
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def shared_data():
    """The real input beside the repository; the test is skipped where it isn't there."""
    if not DATA.is_dir():
        pytest.skip(f"needs the trial data in {DATA.parent.name}/{DATA.name} beside the repository")
    return DATA


@pytest.fixture
def company(db):
    """Users by name: rep, teammate (same department), other_team, team_lead, director, process_owner, collaborator,
    auditor, admin, disabled — as ``company.rep`` etc."""
    from tests.people import make_company

    return make_company()


@pytest.fixture
def playbook(db, now):
    from tuoke.base.accounts.rules import system
    from tuoke.spine.playbook.actions import load_default

    return load_default(by=system("test"), now=now)


@pytest.fixture
def login(company):
    """``login("rep")`` gives a client with that person logged in."""

    def as_person(name: str) -> Client:
        client = Client()
        client.force_login(getattr(company, name))
        return client

    return as_person
