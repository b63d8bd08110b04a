"""Templates, and the static files they name: a site's own beside those that all sites share."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import jinja2
from aiohttp import hdrs, web

from kiosk.html.words import bound

HERE: Final = Path(__file__).parent
TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
A_YEAR: Final = "public, max-age=31536000, immutable"


class Asset(NamedTuple):
    """One static file, read once."""

    body: bytes
    content_type: str
    tag: str


class Templates:
    """A site's folders `templates` and `static`, in front of the shared ones."""

    def __init__(self, site: Path) -> None:
        folders = (HERE, site)
        self.assets = {name: asset for folder in folders for name, asset in _read_assets(folder / "static")}
        self._pages = jinja2.Environment(
            loader=jinja2.FileSystemLoader([folder / "templates" for folder in folders[::-1]]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._pages.filters["bound"] = bound
        self._pages.globals["asset"] = self._address

    def html(
        self, template: str, code: int = 200, headers: Mapping[str, str] | None = None, /, **words: object
    ) -> web.Response:
        """A filled template as an answer."""
        text = self.text(template, **words)
        return web.Response(text=text, status=code, content_type="text/html", charset="utf-8", headers=headers)

    def text(self, template: str, /, **words: object) -> str:
        """A filled template."""
        return self._pages.get_template(template).render(words)

    async def static(self, request: web.Request) -> web.Response:
        """Answers `/static/{name}`."""
        asset = self.assets.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        return web.Response(body=asset.body, content_type=asset.content_type, headers={hdrs.CACHE_CONTROL: A_YEAR})

    def _address(self, name: str) -> str:
        """The address changes with the content, so a browser may keep the file for a year."""
        return f"/static/{name}?v={self.assets[name].tag}"


def _read_assets(folder: Path) -> Iterator[tuple[str, Asset]]:
    for file in sorted(folder.iterdir()):
        body = file.read_bytes()
        content_type = TYPES.get(file.suffix, "text/plain")
        yield file.name, Asset(body, content_type, hashlib.sha256(body).hexdigest()[:12])
