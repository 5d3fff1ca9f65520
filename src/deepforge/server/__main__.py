"""Runs the server of a data directory in this process."""

import gc
import sys

gc.disable()  # what start-up makes stays; `serve` freezes it and turns collection on again

from deepforge.server.main import main  # noqa: E402

sys.exit(main())
