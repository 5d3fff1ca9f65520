"""Use cases, one file per noun: the only room where the store and the engine meet."""
