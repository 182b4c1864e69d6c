"""Train a model that predicts the math score from the study hours."""

import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # python -P and -I leave it out

from src.showing.command_line import run as main  # an older Python is told so by src

if __name__ == "__main__":
    # End on SIGTERM and SIGHUP as on Ctrl-C: clean up. What nohup ignores stays ignored.
    for stop in signal.Signals:
        if stop.name in ("SIGTERM", "SIGHUP") and signal.getsignal(stop) is not signal.SIG_IGN:
            signal.signal(stop, lambda number, frame: sys.exit(128 + number))
    sys.exit(main())
