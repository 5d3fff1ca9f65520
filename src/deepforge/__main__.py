"""`python -m deepforge`: the same as the command `deepforge`."""

import os
import sys

# The folder one is in comes first for `-m`; the modules in it are the project's, not ours.
if not sys.flags.safe_path and sys.path and os.path.realpath(sys.path[0] or ".") == os.getcwd():
    del sys.path[0]

from deepforge.cli.main import main

sys.exit(main())
