"""The poster for whoever asks: bytes of a PDF, also from a process of its own."""

import subprocess
import sys

import pytest

from kiosk.core.campaign import compose
from kiosk.errors import ConfigError
from kiosk.materials.aside import poster_pdf_aside
from kiosk.materials.poster import poster_pdf

MARKET = compose("market", venue="Chợ Bến Đò")


def test_the_same_campaign_gives_the_same_bytes() -> None:
    assert poster_pdf(MARKET).startswith(b"%PDF-")
    assert poster_pdf(MARKET) == poster_pdf(MARKET)


async def test_a_process_of_its_own_makes_the_same_poster() -> None:
    assert await poster_pdf_aside(MARKET) == poster_pdf(MARKET)


async def test_what_goes_wrong_in_that_process_is_told_here() -> None:
    with pytest.raises(ConfigError, match=r"logo /nowhere/logo.png: no such file\. Give a PNG or JPEG file"):
        await poster_pdf_aside(compose("market", logo="/nowhere/logo.png"))


def test_asking_for_a_poster_does_not_load_the_pdf_library_before_it_is_needed() -> None:
    program = "import sys, kiosk.materials.poster; print('reportlab' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
