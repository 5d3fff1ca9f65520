"""The tests of DeepForge.

They and all they start compute with one thread each: threads that wait for each other in a loop take
minutes where several tests share few cores.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
