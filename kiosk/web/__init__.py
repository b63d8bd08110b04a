"""Web: the status page, its JSON, and the wall for a browser. The only room that knows aiohttp and jinja2.

May import `supervisor`, `store`, `config`, `ports`, `core`, `errors`. `app.py` serves; `client.py` asks a running
kiosk and knows neither library.
"""
