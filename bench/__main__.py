"""`python -m bench [sign clock recompute bulk races outbox lists calendars site sockets]`: everything, or the named parts.

It stays under 20 minutes; FULL=1 measures more of the same.
"""

from __future__ import annotations

import sys
import time

from bench.report import Report
from bench.server import serve_databases
from config.launcher.embedded import var_dir

PARTS = ("sign", "clock", "recompute", "bulk", "races", "outbox", "lists", "calendars", "site", "sockets")


def main() -> int:
    wanted = [name for name in sys.argv[1:] if name in PARTS] or list(PARTS)
    report = Report()
    begin = time.monotonic()
    with serve_databases() as databases:
        from bench.parts import run_part

        for name in wanted:
            run_part(name, report, databases)
    report.write(var_dir() / "bench" / "latest.json")
    report.print_table()
    print(f"{time.monotonic() - begin:.0f} s")
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
