"""Our own modules as syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "core",
    "organizations",
    "deadlines",
    "notifications",
    "documents",
    "hazards",
    "workflows",
    "api",
    "demo",
    "config",
)


@dataclass(frozen=True)
class Module:
    """`path` is told from the root of the project."""

    path: str
    tree: ast.Module

    def walk(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)

    def imports(self) -> Iterator[str]:
        for node in self.walk():
            if isinstance(node, ast.Import):
                yield from (name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield node.module or ""

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """(`a.b.c` as written, the call)"""
        for node in self.walk():
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node


@cache
def modules() -> tuple[Module, ...]:
    """All of them, migrations left out."""
    paths = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return tuple(
        Module(str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8")))
        for path in paths
        if "migrations" not in path.parts
    )
