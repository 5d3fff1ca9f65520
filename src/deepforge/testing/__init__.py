"""In-memory ports and the suites every adapter must pass; shipped, so that others can prove theirs."""
