"""The routes of the HTTP interface, one module per noun. Each parses, asks a service, answers."""
