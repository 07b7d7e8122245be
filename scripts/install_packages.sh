#!/bin/sh
# Install the front-end packages that package-lock.json names: install_packages.sh VENV
set -eu
venv=$1
log=$venv/npm.log

# Where npm is missing, a wheel brings Node.js along.
if ! command -v npm >/dev/null 2>&1; then
    if [ ! -x "$venv/bin/npm" ] && ! "$venv/bin/python" -m pip install --quiet --requirement requirements-node.txt >"$log" 2>&1; then
        echo "安装 Node.js 失败：多半是连不上软件源，请检查网络后再运行一次；详情见 $log。" >&2
        exit 1
    fi
    PATH=$PWD/$venv/bin:$PATH
    export PATH
fi
echo "正在安装前端依赖……"
if ! npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    echo "安装前端依赖失败：多半是连不上软件源，请检查网络后再运行一次；详情见 $log。" >&2
    exit 1
fi
touch node_modules/installed
