"""The edges: named plugs for compute and storage, strangers to each other, loaded by name."""
