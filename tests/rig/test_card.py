"""The card that forgets, without a machine: qemu-io writes to it and dies."""

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.rig.card import SBIN, SECTOR, Card
from tests.rig.remains import look

pytestmark = [
    pytest.mark.rig,
    pytest.mark.skipif(not shutil.which("qemu-io"), reason="needs qemu-io, Debian package qemu-utils"),
]


def written(card: Card, *commands: str) -> None:
    """What a machine does to its card."""
    nodes = [word for word in card.insert().split() if word.startswith("driver=")]
    options = "driver=blklogwrites,log-sector-size=512"
    places = [node.split("filename=")[1].split(",")[0] for node in nodes if node.startswith("driver=file")]
    options += f",file.driver=qcow2,file.file.driver=file,file.file.filename={places[0]}"
    options += f",log.driver=file,log.filename={places[1]}"
    words = [word for command in (*commands, "sigraise 9") for word in ("-c", command)]
    subprocess.run(
        ["qemu-io", "-t", "writeback", "--image-opts", options, *words], check=False, capture_output=True, timeout=60
    )


def test_a_card_keeps_what_was_flushed_and_of_the_rest_what_chance_leaves(tmp_path: Path) -> None:
    fates = set()
    for seed in range(20):
        card = Card(tmp_path / f"{seed}.raw")
        card.path.write_bytes(bytes(64 * SECTOR))
        written(card, "write -P 1 0 4k", "flush", "write -P 2 0 4k", "write -P 3 8k 512")
        left = card.cut(random.Random(seed))
        content = card.path.read_bytes()

        assert set(content[: 8 * SECTOR]) <= {1, 2}, "flushed, or what came after it"
        assert set(content[8 * SECTOR : 16 * SECTOR]) == {0}
        assert set(content[16 * SECTOR : 17 * SECTOR]) in ({0}, {3}), "a sector is whole or not there"
        assert (left.flushed, left.kept + left.torn + left.lost) == (1, 2)
        fates.add((tuple(sorted(set(content[: 8 * SECTOR]))), content[16 * SECTOR]))
    assert {(1,), (2,), (1, 2)} == {first for first, _ in fates}, "lost, kept and torn"
    assert {0, 3} == {second for _, second in fates}


def test_a_cut_at_another_moment_leaves_no_trace(tmp_path: Path) -> None:
    card = Card(tmp_path / "card.raw")
    subprocess.run(["mkfs.ext4", "-q", str(card.path), "4M"], check=True, env=SBIN)
    fresh = card.path.read_bytes()
    written(card, "write -P 1 2M 4k", "flush", "write -P 2 2052k 4k", "write -P 3 3M 64k", "flush")
    moments = card.moments(since=0)
    for end in moments:
        with card.cut_at(random.Random(end), end) as (spare, left):
            look(spare)
            assert left.flushed == {0: 0, 1: 1, 2: 1, 3: 1, 4: 3}[moments.index(end)]
        assert card.path.read_bytes() == fresh
    assert len(moments) == 5
