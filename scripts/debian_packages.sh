#!/bin/sh
# Have the Debian packages that the tests need: debian_packages.sh LIST
set -eu
missing=
while read -r package; do
    if [ -n "$package" ] && ! dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'ok installed'; then
        missing="$missing $package"
    fi
done <"$1"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
    echo "测试需要这些系统软件包，请先运行：sudo apt-get update && sudo apt-get install --no-install-recommends$missing" >&2
    exit 1
fi
echo "正在安装系统软件包：$missing"
mkdir -p var
log=var/install.log
# shellcheck disable=SC2086
if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $missing; } >"$log" 2>&1; then
    echo "安装系统软件包失败：多半是连不上软件源，请检查网络后再运行一次；详情见 $log。" >&2
    exit 1
fi
rm -f "$log"
