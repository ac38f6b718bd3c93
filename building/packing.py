"""Packs files with Zstandard for tools/pages.mjs, since Node 20 cannot; site/python/zstd.js undoes it.

python -m building.packing FROM TO     FROM/name becomes TO/name.zst
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import zstandard

BEST = 22  # the level that takes longest


def packed(content: bytes) -> bytes:
    """The content as one frame of Zstandard, with a checksum of the content at its end."""
    best = zstandard.ZstdCompressionParameters.from_level(BEST, source_size=len(content), write_checksum=True)
    return zstandard.ZstdCompressor(compression_params=best).compress(content)


def main(source: Path, target: Path) -> None:
    """Pack every file of a folder into the folder `target`, under its name with `.zst`."""
    target.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        part = target / f"{file.name}.{os.getpid()}.part"
        part.write_bytes(packed(file.read_bytes()))
        part.replace(target / f"{file.name}.zst")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
