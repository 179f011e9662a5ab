"""The stages of the walk from agreed terms to the second sale, a module each."""

import pytest

for stage in ("hands", "contract", "project", "learning"):
    pytest.register_assert_rewrite(f"{__name__}.{stage}")
