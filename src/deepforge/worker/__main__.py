"""`python -m deepforge.worker`: the local worker of a data directory."""

from deepforge.worker.main import main

raise SystemExit(main())
