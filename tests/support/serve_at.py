"""`python -m tests.support.serve_at PORT`: the site as `make up` serves it, on a port that is told."""

import sys

from config.launcher.up import bind, serve

HOST = "127.0.0.1"

if __name__ == "__main__":
    port = int(sys.argv[1])
    with bind(HOST, port) as listener:
        serve(listener, HOST, port)
