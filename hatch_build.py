"""Makes the front-end assets while the package is built (also for an editable install)."""

import runpy
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASSETS = runpy.run_path(str(Path(__file__).parent / "src/tuoke/config/assets.py"))


class Assets(BuildHookInterface):
    def dependencies(self): return ASSETS["needs_node_package"]()  # fmt: skip

    def initialize(self, version, build_data): ASSETS["build"]()  # fmt: skip
