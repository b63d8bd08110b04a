"""`kiosk links`, with a real server behind the codes."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kiosk.cli import main

pytestmark = pytest.mark.guest


class Page(BaseHTTPRequestHandler):
    """One page whose title the test sets."""

    title = "Bluezone"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(f"<title>{self.title}</title>".encode())

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as listening:
        threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}).start()
        yield f"http://127.0.0.1:{listening.server_address[1]}"
        listening.shutdown()
    Page.title = "Bluezone"


def test_a_change_is_an_alarm_until_a_person_accepts_it(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "kiosk.toml"
    links = "\n".join(f'{name} = "{server}/{name}"' for name in ("site", "android", "ios"))
    config.write_text(f'[store]\nfolder = "{tmp_path}"\n[campaign]\n{links}\n')
    call = ["links", "--config", str(config)]
    assert main(call) == 0
    assert "site: new: " in capsys.readouterr().out
    assert main(call) == 0
    assert "site: fine: " in capsys.readouterr().out
    Page.title = "Nhà cái uy tín"
    assert main(call) == 1
    told = capsys.readouterr().out
    assert "android: changed: " in told
    assert "“Nhà cái uy tín”" in told
    assert main(call) == 1
    assert main([*call, "--accept"]) == 0
    assert main(call) == 0
