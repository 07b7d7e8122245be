"""What must hold before a site starts, and what the installer tells when it cannot."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import django
import pytest
from django.core.checks import CheckMessage
from django.db import connection

from config.launcher.embedded import ROOT
from core.checks import check_demo, check_versions


def ids(messages: list[CheckMessage]) -> list[str | None]:
    return [message.id for message in messages]


def test_this_environment_holds() -> None:
    assert check_versions(None) == []


@pytest.mark.parametrize("version", [(5, 2, 18), (5, 1, 30), (5, 3, 0)])
def test_a_django_out_of_range_is_refused(version: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(django, "VERSION", (*version, "final", 0))
    assert ids(check_versions(None)) == ["core.E001"]


def test_psycopg_3_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "psycopg-3.3.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: psycopg\nVersion: 3.3.0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert ids(check_versions(None)) == ["core.E002"]


@pytest.mark.parametrize(
    ("demo", "debug", "host", "refused"),
    [
        (True, False, "0.0.0.0", True),
        (True, False, "district.example", True),
        (True, False, "127.0.0.1", False),
        (True, False, "::1", False),
        (True, False, "localhost", False),
        (True, True, "0.0.0.0", False),
        (False, False, "0.0.0.0", False),
    ],
)
def test_the_demo_is_refused_on_a_public_host(settings: Any, demo: bool, debug: bool, host: str, refused: bool) -> None:
    settings.DEMO, settings.DEBUG, settings.HOST = demo, debug, host
    assert ids(check_demo(None)) == (["core.E003"] if refused else [])


@pytest.mark.django_db
def test_tests_run_with_the_rights_of_the_site() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)
    with connection.cursor() as cursor:
        assert type(cursor.cursor).__module__.startswith("psycopg2")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the installer needs, and no way out to a registry."""
    folder = tmp_path / "闭环 checkout"
    folder.mkdir()
    for name in ("scripts", "package.json", "package-lock.json", "requirements.txt", "requirements-node.txt"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    return folder


def run_script(checkout: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    no_way_out = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "npm_config_offline": "true"}
    cache = {"npm_config_cache": str(checkout / "npm-cache")}
    return subprocess.run(
        ["sh", *command],
        cwd=checkout,
        env={**os.environ, **no_way_out, **cache, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_network_for_python_is_told_in_one_sentence(checkout: Path) -> None:
    done = run_script(checkout, "scripts/make_venv.sh", ".venv", "requirements.txt")
    assert done.returncode == 1
    assert done.stderr.startswith("安装 Python 依赖失败：多半是连不上软件源")
    assert done.stderr.count("\n") == 1
    assert not (checkout / ".venv/installed").exists()


def test_no_network_for_npm_is_told_in_one_sentence(checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    done = run_script(checkout, "scripts/install_packages.sh", ".venv")
    assert done.returncode == 1
    assert done.stderr.startswith("安装前端依赖失败：多半是连不上软件源")
    assert done.stderr.count("\n") == 1


def test_an_old_python_is_told_in_one_sentence(checkout: Path) -> None:
    tools = checkout / "tools"
    tools.mkdir()
    for tool in ("sh", "cksum", "cut", "cat", "rm"):
        (tools / tool).symlink_to(shutil.which(tool) or "")
    done = run_script(checkout, "scripts/make_venv.sh", ".venv", "requirements.txt", PATH=str(tools))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Python 3.11" in done.stderr


def test_what_is_installed_is_not_installed_again(checkout: Path) -> None:
    (checkout / "requirements.txt").write_text("")
    first = run_script(checkout, "scripts/make_venv.sh", ".venv", "requirements.txt")
    again = run_script(checkout, "scripts/make_venv.sh", ".venv", "requirements.txt")
    assert (first.returncode, again.returncode) == (0, 0)
    assert "正在安装" in first.stdout
    assert again.stdout == ""
