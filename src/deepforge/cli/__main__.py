"""`python -m deepforge.cli`: the same as the command `deepforge`."""

import sys

from deepforge.cli.main import main

sys.exit(main())
