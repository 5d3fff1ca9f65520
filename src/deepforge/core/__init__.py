"""The words and the rules: pure data and pure functions, with no files, network, clock or processes."""
