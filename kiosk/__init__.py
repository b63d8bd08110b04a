"""Bluezone Kiosk: a box at the door that broadcasts, listens, shows a QR code and says how it is.

Floors, top to bottom; a room imports only rooms below it (`tests/test_architecture.py` holds this):
`cli` -> `app` -> `services | adapters | web | sim` -> `supervisor | store` -> `config | ports` -> `core` -> `errors`.
"""

__version__ = "0.1.0"
