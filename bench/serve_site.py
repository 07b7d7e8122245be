"""`python -m bench.serve_site`: prints its port, then serves like `make up` until it is ended."""

from __future__ import annotations

import os
import socket

from config.launcher.up import LISTEN_BACKLOG
from config.launcher.up import serve as serve_like_make_up


def main() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(LISTEN_BACKLOG)
        port = listener.getsockname()[1]
        print(port, flush=True)
        os.dup2(2, 1)  # what the site greets with is no part of the answer
        serve_like_make_up(listener, "127.0.0.1", port)


if __name__ == "__main__":
    main()
