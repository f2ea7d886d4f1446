"""Draw tiles of two servers and compare them: ``pictures.py FILE``, one JSON list of pairs.

Each pair: ``ours`` and ``theirs`` (files of vector tiles, plain), ``ours_layer``, ``theirs_layer``.
Prints the largest share of pixels away from borders that differ, and their number.
"""

import json
import sys
from pathlib import Path

import mapbox_vector_tile
import numpy as np
from PIL import Image, ImageDraw

SIZE = 512
# Pixels this close to a border of either picture are not compared.
NEAR = 2


def draw(file: str, layer: str, numbers: dict[str, int]) -> np.ndarray:
    """Fill each commune with a number of its own."""
    tile = mapbox_vector_tile.decode(
        Path(file).read_bytes(), default_options={"y_coord_down": True}
    )
    picture = Image.new("I", (SIZE, SIZE), 0)
    pen = ImageDraw.Draw(picture)
    content = tile.get(layer, {"features": [], "extent": 4096})
    scale = SIZE / content["extent"]
    for feature in sorted(content["features"], key=lambda one: one["properties"]["code"]):
        number = numbers.setdefault(feature["properties"]["code"], len(numbers) + 1)
        shape = feature["geometry"]
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        for rings in polygons:
            for place, ring in enumerate(rings):
                points = [(x * scale, y * scale) for x, y in ring]
                if len(points) > 2:
                    pen.polygon(points, fill=0 if place else number)
    return np.asarray(picture)


def near_border(picture: np.ndarray) -> np.ndarray:
    """Mark pixels with another number within reach."""
    marked = np.zeros(picture.shape, dtype=bool)
    padded = np.pad(picture, NEAR, mode="edge")
    for down in range(2 * NEAR + 1):
        for right in range(2 * NEAR + 1):
            marked |= padded[down : down + SIZE, right : right + SIZE] != picture
    return marked


def main(file: str) -> None:
    """Compare all pairs."""
    worst, compared = 0.0, 0
    for pair in json.loads(Path(file).read_text()):
        numbers: dict[str, int] = {}
        ours = draw(pair["ours"], pair["ours_layer"], numbers)
        theirs = draw(pair["theirs"], pair["theirs_layer"], numbers)
        inside = ~(near_border(ours) | near_border(theirs))
        if inside.any():
            worst = max(worst, float((ours != theirs)[inside].mean()))
            compared += int(inside.sum())
    sys.stdout.write(json.dumps({"worst": worst, "pixels": compared}) + "\n")


main(*sys.argv[1:])
