"""The words and rules."""
