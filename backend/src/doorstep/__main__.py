"""The command: `doorstep`, and `python -m doorstep`, which is the same."""

import gc

gc.disable()  # modules stay: looking for garbage among them while they are loaded takes a sixth of the start

from doorstep.cli.app import main  # noqa: E402 -- as above

gc.freeze()  # nor is it looked for among them later, which would take a tenth of the start
gc.enable()

if __name__ == "__main__":
    main()
