"""The run-time library, beside user code: standard library only."""
