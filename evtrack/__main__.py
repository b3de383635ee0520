"""``python -m evtrack``: the same as the command."""

from evtrack.cli import main

if __name__ == "__main__":
    main()
