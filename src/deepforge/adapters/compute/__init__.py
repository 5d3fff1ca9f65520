"""Where jobs can run."""
