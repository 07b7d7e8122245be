#!/bin/sh
# Renew both locks from requirements.in and package.json: lock.sh VENV
set -eu
venv=$1
"$venv/bin/python" -m piptools compile --quiet --upgrade --strip-extras --no-annotate --no-header \
    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file requirements.txt requirements.in
rm -f package-lock.json
npm install --package-lock-only --omit=dev --ignore-scripts --no-audit --no-fund --omit-lockfile-registry-resolved
# The lock names packages by content; an address belongs to the machine that installs.
"$venv/bin/python" - <<'PYTHON'
import json
from pathlib import Path

path = Path("package-lock.json")
lock = json.loads(path.read_text())
for package in lock["packages"].values():
    package.pop("funding", None)
    package.pop("resolved", None)
path.write_text(json.dumps(lock, indent=2) + "\n")
PYTHON
