"""HTTP and WebSocket: one gate, parse, ask a service, answer."""
