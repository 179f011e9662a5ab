"""``make test``: the whole suite on SQLite with the browser journeys, then on PostgreSQL; one sum at the end.

On PostgreSQL only what may reach the database (marked by tests/conftest.py) runs once more, and of that not the walks
through every address: what they judge is made by the same code from the same rows.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time

from tests.postgres import available

RUNS = {
    "SQLite": [sys.executable, "-m", "pytest", "-n", "2", "-m", "not drill"],
    "PostgreSQL": [
        sys.executable,
        "-m",
        "tests.postgres",
        sys.executable,
        "-m",
        "pytest",
        "-n",
        "2",
        "-m",
        "database and not drill and not browser and not walk",
    ],
}


def main() -> int:
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    codes = []
    for name, command in RUNS.items():
        if name == "PostgreSQL" and not available():
            print("PostgreSQL: left out, no server found (apt install postgresql)")
            continue
        print(f"── {name}", flush=True)
        began = time.monotonic()
        code, counts = run([*command, *sys.argv[1:]])
        print(f"── {name}: {time.monotonic() - began:.0f} s", flush=True)
        codes.append(code)
        for word, number in counts.items():
            totals[word] += number
    print(f"{totals['passed']} passed, {totals['failed']} failed, {totals['skipped']} skipped")
    return max(codes)


def run(command: list[str]) -> tuple[int, dict[str, int]]:
    """Run and show; the runner's last line gives the counts."""
    last = ""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            print(line, end="", flush=True)
            if re.search(r"\d+ (passed|failed|skipped|error)", line):
                last = line
    found = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|skipped|error)", last)}
    return child.returncode, {
        "passed": found.get("passed", 0),
        "failed": found.get("failed", 0) + found.get("error", 0),
        "skipped": found.get("skipped", 0),
    }


if __name__ == "__main__":
    sys.exit(main())
