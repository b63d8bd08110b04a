"""Images of the virtual Pi: built once for each set of inputs, kept in .cache/rig, and never written again."""

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
CACHE = Path(os.environ.get("RIG_CACHE", PROJECT / ".cache" / "rig"))

NEEDS = {
    "qemu-system-x86_64": "qemu-system-x86",
    "qemu-img": "qemu-utils",
    "mmdebstrap": "mmdebstrap",
    "mkfs.ext4": "e2fsprogs",
    "ssh": "openssh-client",
    "mformat": "mtools",
}
"""Command -> Debian package it comes in: all that the virtual Pi asks of a machine, besides root for building."""

PYTHON = {"bookworm": "3.11", "trixie": "3.13"}
"""Debian suite -> its Python, whose wheels the guest gets."""
GUEST_TOOLS = ("pytest", "pytest-asyncio", "hypothesis", "zxing-cpp")
"""What tests marked `guest` need in the guest beside the kiosk's own libraries."""


@dataclass(frozen=True)
class Image:
    """A built image: the files QEMU starts from."""

    suite: str
    folder: Path

    @property
    def disk(self) -> Path:
        return self.folder / "base.img"

    @property
    def kernel(self) -> Path:
        return self.folder / "vmlinuz"

    @property
    def initrd(self) -> Path:
        return self.folder / "initrd.img"

    @property
    def key(self) -> Path:
        return self.folder / "id"


def missing() -> list[str]:
    """Why the virtual Pi cannot run here: Debian packages to install, or root if an image is still to be built."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    lacks = [f"Debian package {package}" for command, package in NEEDS.items() if not shutil.which(command, path=path)]
    if os.geteuid() != 0 and not all((_folder(suite) / "base.img").exists() for suite in PYTHON):
        lacks.append("root, to build the image once")
    return lacks


def build(suite: str) -> Image:
    """The image of a suite, built if its inputs changed (1.5 to 3.5 minutes; seconds less with the base kept)."""
    folder = _folder(suite)
    if not (folder / "base.img").exists():
        _forget_others(suite, folder)
        folder.mkdir(parents=True, exist_ok=True)
        _fetch_wheels(suite, folder / "wheels")
        environment = {
            **os.environ,
            "SUITE": suite,
            "OUT": str(folder),
            "BASE": str(CACHE / f"{suite}-base-{_base_digest()}.tar"),
            "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin",
        }
        with (folder / "build.log").open("wb") as log:
            done = subprocess.run([HERE / "build.sh"], env=environment, stdout=log, stderr=log, check=False)
        if done.returncode:
            raise AssertionError(f"building the {suite} image failed; see {folder}/build.log")
    return Image(suite, folder)


def project_wheel(folder: Path) -> Path:
    """The project's own wheel, built from the tree as it is into an empty folder."""
    source = folder / "source"
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        source.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, source)
    shutil.copytree(PROJECT / "kiosk", source / "kiosk", ignore=shutil.ignore_patterns("__pycache__"))
    _pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(source))
    return next(folder.glob("bluezone_kiosk-*.whl"))


def _folder(suite: str) -> Path:
    digest = hashlib.sha256(_base_digest().encode() + suite.encode())
    for path in sorted(p for p in (HERE / "guest").iterdir() if p.is_file()):
        digest.update(path.read_bytes())
    digest.update((HERE / "build.sh").read_bytes())
    digest.update("\n".join(_requirements()).encode())
    return CACHE / f"{suite}-{digest.hexdigest()[:12]}"


def _base_digest() -> str:
    return hashlib.sha256((HERE / "packages.txt").read_bytes()).hexdigest()[:12]


def _forget_others(suite: str, keep: Path) -> None:
    """Older images of this suite: 1 GB each."""
    for old in CACHE.glob(f"{suite}-*"):
        if old != keep and old.is_dir():
            shutil.rmtree(old)
        elif old.suffix == ".tar" and _base_digest() not in old.name:
            old.unlink()


def _requirements() -> list[str]:
    """The kiosk's runtime libraries and the guest's test tools, as pyproject.toml pins them."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    tools = [r for r in (*extras["test"], *extras["proof"]) if r.split("~")[0].split(">")[0] in GUEST_TOOLS]
    return [*project["dependencies"], *tools]


def _fetch_wheels(suite: str, folder: Path) -> None:
    platforms = ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")
    options = [word for platform in platforms for word in ("--platform", platform)]
    options += ["--python-version", PYTHON[suite], "--only-binary", ":all:", "--dest", str(folder)]
    _pip("download", *options, *_requirements())


def _pip(*words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words],
        capture_output=True,
        check=False,
        text=True,
    )
    if done.returncode:
        raise AssertionError(f"pip {words[0]} failed: {done.stderr[-2000:]}")
