"""`python -m doorstep` is `doorstep`."""

from doorstep.cli.app import main

if __name__ == "__main__":
    main()
