"""`python -m pbc_cli`: the console where its command is not on the path."""

from __future__ import annotations

from pbc_cli.main import main

if __name__ == "__main__":
    main()
