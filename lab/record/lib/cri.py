"""Puts before each line what a container runtime does (CRI log format): time, stream, F for a full line."""
import datetime
import sys

for line in sys.stdin:
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="microseconds")
    print(now.replace("+00:00", "000Z"), "stdout F", line.rstrip("\n"), flush=True)
