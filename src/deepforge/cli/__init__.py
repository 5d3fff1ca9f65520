"""The command line: one file per command group; it talks to the server through the client, as any program
would.
"""
