import re
from pathlib import Path

import pytest
from django.template import engines

from tuoke.base.ui.gallery import EXAMPLES
from tuoke.config import assets

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A tiny tree of sources, with npm and node replaced by a note of what was called."""
    (tmp_path / "assets/js").mkdir(parents=True)
    (tmp_path / "assets/js/app.js").write_text("1")
    (tmp_path / "package-lock.json").write_text("{}")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "src/tuoke/static/vendor").mkdir(parents=True)
    called: list[str] = []
    monkeypatch.setattr(assets, "run", lambda command, root: called.append(" ".join(command[:2])))
    return tmp_path, called


def test_a_second_build_does_nothing(sources):
    root, called = sources
    assert assets.build(root)
    assert not assets.build(root)
    assert called == ["npm ci", "node assets/build.mjs"]


def test_a_changed_source_is_built_without_fetching_again(sources):
    root, called = sources
    assets.build(root)
    (root / "assets/js/app.js").write_text("2")
    assert assets.build(root)
    assert called == ["npm ci", "node assets/build.mjs", "node assets/build.mjs"]


def test_a_changed_lock_is_fetched_again(sources):
    root, called = sources
    assets.build(root)
    (root / "package-lock.json").write_text('{"a": 1}')
    assets.build(root)
    assert called.count("npm ci") == 2


def test_a_renamed_file_counts_as_a_change(sources):
    root, _ = sources
    before = assets.digest(root)
    (root / "assets/js/app.js").rename(root / "assets/js/other.js")
    assert assets.digest(root) != before


def test_an_installed_package_needs_no_build(tmp_path):
    assert not assets.build(tmp_path)
    assert assets.needs_node_package(tmp_path) == []


def test_the_lock_names_no_host():
    assert "://" not in (ROOT / "package-lock.json").read_text()


def test_every_icon_that_is_used_is_in_the_sprite():
    known = set((ROOT / "assets/icons.txt").read_text().split())
    templates = [path.read_text() for path in (ROOT / "src").rglob("*.html")] + [example.call for example in EXAMPLES]
    used = {name for text in templates for name in re.findall(r'(?:\bicon |\bicon=)"([a-z0-9-]+)"', text)}
    used |= {
        name
        for path in (ROOT / "src").rglob("*.py")
        for name in re.findall(r'\bicon=["\']([a-z0-9-]+)["\']', path.read_text())
    }
    assert used - known == set()


def test_every_tag_of_the_design_system_is_in_the_gallery():
    library = engines["django"].engine.template_builtins[-1]
    calls = "".join(example.call for example in EXAMPLES)
    elsewhere = {"csrf_header"}
    assert {name for name in library.tags if not re.search(rf"{{%\s*{name}\b", calls)} - elsewhere == set()
