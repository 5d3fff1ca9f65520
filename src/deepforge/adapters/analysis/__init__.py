"""Analysis of code: completion, documentation, definitions, rewriting, each in a process of its own."""
