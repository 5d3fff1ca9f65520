"""`python -m deepforge`: the same as the command `deepforge`."""

import os
import sys

# The folder one is in comes first for `-m`; the modules in it are the project's, not ours.
try:
    here = os.getcwd()
except FileNotFoundError:
    here = ""  # it was removed, and is not in the path
if not sys.flags.safe_path and sys.path[:1] == [here]:
    del sys.path[0]

from deepforge.cli.main import main

sys.exit(main())
