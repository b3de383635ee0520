"""``python -m evtrack``: the same as the command."""

import sys

from evtrack.cli import main

if __name__ == "__main__":
    sys.exit(main())
