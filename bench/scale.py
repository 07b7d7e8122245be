"""How much is measured: enough to judge in some minutes, more with FULL=1."""

import os

FULL = os.environ.get("FULL") == "1"
# Acts of one run and connection, of which there are seven.
ACTS_PER_RUN = 300 if FULL else 60
RACES = 5000 if FULL else 1000
BURSTS = 30 if FULL else 3
STARTS = 9 if FULL else 3
# Rows of one request to act on many hazards: the most that the API takes.
BULK_ROWS = 500
