"""No committed file names a package registry, no lock records an address, no psycopg 3 is asked for."""

import re
import subprocess
import sys
from pathlib import Path

# Written in two halves, so that this file passes its own check.
REGISTRIES = re.compile(
    "|".join(
        re.escape(first + second)
        for first, second in (
            ("pypi", ".org"),
            ("files.python", "hosted.org"),
            ("registry.npm", "js.org"),
            ("npm", "mirror.com"),
            ("registry.yarn", "pkg.com"),
            ("un", "pkg.com"),
            ("jsdeliv", "r.net"),
            ("deb.deb", "ian.org"),
            ("proxy.go", "lang.org"),
        )
    )
)
LOCKS = ("package-lock.json", "requirements.txt", "requirements-node.txt")
ADDRESS = re.compile(r"\w+://|^\s*--", re.MULTILINE)
PSYCOPG_3 = re.compile(r"^psycopg(-binary|-c)?\b(?!2)", re.MULTILINE)


def list_committed() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True)
    return [Path(name) for name in listing.stdout.decode().split("\0") if name and Path(name).is_file()]


def list_problems() -> list[str]:
    problems = []
    for path in list_committed():
        text = path.read_bytes().decode(errors="ignore")
        problems += [f"{path}: names the registry {found}" for found in sorted(set(REGISTRIES.findall(text)))]
        if path.name in LOCKS and ADDRESS.search(text):
            problems.append(f"{path}: a lock records an address or an option")
        if path.name.startswith("requirements") and PSYCOPG_3.search(text):
            problems.append(f"{path}: asks for psycopg 3")
    return problems


if __name__ == "__main__":
    problems = list_problems()
    sys.stdout.write("".join(f"{problem}\n" for problem in problems))
    sys.exit(bool(problems))
