#!/bin/sh
# Everything that is checked without running the site, one line each; all are tried: check.sh PYTHON
set -u
python=$1
failed=
log=$(mktemp)
trap 'rm -f "$log"' EXIT

try() {
    title=$1
    shift
    if "$@" >"$log" 2>&1; then
        echo "ok      $title"
    else
        cat "$log"
        echo "FAILED  $title"
        failed=yes
    fi
}

manage() {
    "$python" -m config.launcher run "$python" manage.py "$@"
}

deploy() {
    HTTPS=1 DEBUG=0 BIHUAN_DEMO=0 SECRET_KEY="$("$python" -c 'import secrets; print(secrets.token_urlsafe(60))')" \
        "$python" manage.py check --deploy --fail-level WARNING
}

try "ruff: lint" "$python" -m ruff check .
try "ruff: layout" "$python" -m ruff format --check .
try "mypy" "$python" -m mypy
try "layers" "$python" -c 'import sys; from importlinter.cli import lint_imports_command; sys.argv[0] = "lint-imports"; lint_imports_command()'
try "templates" "$python" -m djlint --lint --quiet templates
try "migrations are complete" manage makemigrations --check --dry-run
try "deployment settings, version floors" deploy
try "committed files name no address and no registry" "$python" scripts/check_committed.py
[ -z "$failed" ] && echo "all checks hold"
[ -z "$failed" ]
