"""`python -m config.launcher up`, or `run COMMAND…` with the embedded server up."""

import sys

from .errors import LauncherError
from .up import run, up


def main(arguments: list[str]) -> int:
    """Do what was asked; whatever a person can mend is said in one sentence."""
    try:
        match arguments:
            case ["up"]:
                up()
                return 0
            case ["run", _, *_]:
                return run(arguments[1:])
        print("用法：python -m config.launcher up，或 python -m config.launcher run 命令……", file=sys.stderr)
        return 2
    except LauncherError as error:
        print(error, file=sys.stderr)
    except PermissionError as error:
        print(f"没有权限读写 {error.filename}：请用当初安装的用户运行，或改正它的属主。", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
