#!/bin/sh
# Make the virtual environment VENV hold exactly what LOCK pins: make_venv.sh VENV LOCK
set -eu
venv=$1 lock=$2
log=var/install.log

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo "闭环需要 Python 3.11 或更新版本（含 venv 模块）：请先安装，例如 Debian 上 apt-get install python3 python3-venv。" >&2
    return 1
}

wanted=$(cksum "$lock" | cut -d ' ' -f 1)
if [ -x "$venv/bin/python" ] && [ "$(cat "$venv/installed" 2>/dev/null)" = "$wanted" ]; then
    touch "$venv/installed"
    exit 0
fi
if ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
    python=$(find_python)
    rm -rf "$venv"
    "$python" -m venv "$venv"
fi
mkdir -p var
echo "正在安装 Python 依赖（首次约需一两分钟）……"
if ! "$venv/bin/python" -m pip install --quiet --requirement "$lock" >"$log" 2>&1; then
    echo "安装 Python 依赖失败：多半是连不上软件源，请检查网络后再运行一次；详情见 $log。" >&2
    exit 1
fi
rm -f "$log"
echo "$wanted" >"$venv/installed"
