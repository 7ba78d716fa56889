"""Where things are: distances on the sphere, communes and postcodes as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import asin, atan2, cos, degrees, floor, radians, sin, sqrt

from flows.folding import fold

EARTH_KM = 6371.0
Point = tuple[float, float, float]
"""On the sphere of radius 1."""
Cell = tuple[int, int]
"""A square of a quarter of a degree."""
_PER_DEGREE = 4
_ARRONDISSEMENT = re.compile(
    r"(?:(?<=^paris)|(?<=^lyon)|(?<=^marseille)) \d{1,2}(?: ?(?:er|e|eme))?(?: arrondissement)?$"
    r"| cedex(?: \d+)?$"
)
_SAINT = {"st": "saint", "ste": "sainte"}


def haversine(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Kilometres between two (latitude, longitude) in degrees, on a sphere of 6371 km."""
    (south, west), (north, east) = a, b
    up, along = radians(north - south), radians(east - west)
    part = sin(up / 2) ** 2 + cos(radians(south)) * cos(radians(north)) * sin(along / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(part)))


def distance(a: Point, b: Point) -> float:
    """The same from points of the sphere: half the chord is the sine of half the angle."""
    half = sqrt(sum((p - q) ** 2 for p, q in zip(a, b, strict=True))) / 2
    return 2 * EARTH_KM * asin(min(1.0, half))


def point_at(latitude: float, longitude: float) -> Point:
    """Degrees → a point of the sphere."""
    up, along = radians(latitude), radians(longitude)
    return cos(up) * cos(along), cos(up) * sin(along), sin(up)


def middle(points: Sequence[Point]) -> Point:
    """The point in the middle of these, on the sphere."""
    x, y, z = (sum(each) for each in zip(*points, strict=True))
    length = sqrt(x * x + y * y + z * z) or 1.0
    return x / length, y / length, z / length


def commune_key(name: str) -> str:
    """« Saint-Étienne », « ST ETIENNE », « Saint Etienne Cedex 2 » → the same key.

    « Paris 18e » is « paris »: its postcode says which part.
    """
    words = re.sub(r"[^a-z0-9]+", " ", fold(name)).split()
    whole = " ".join(_SAINT.get(each, each) for each in words)
    return _ARRONDISSEMENT.sub("", whole)


def department_of(postcode: str) -> str:
    """The first digits of a postcode: two, or three overseas."""
    return postcode[: 3 if postcode[:2] in ("97", "98") else 2]


def cell_of(point: Point) -> Cell:
    """The square of the map a point lies in."""
    north, east = _degrees(point)
    return floor(north * _PER_DEGREE), floor(east * _PER_DEGREE)


def cells_around(centre: Point, km: float) -> Iterator[Cell]:
    """Every square that may hold a point within so many kilometres of this one."""
    north, east = _degrees(centre)
    up = degrees(km / EARTH_KM)
    along = up / max(0.02, cos(radians(min(abs(north) + up, 89))))
    for row in range(floor((north - up) * _PER_DEGREE), floor((north + up) * _PER_DEGREE) + 1):
        for column in range(
            floor((east - along) * _PER_DEGREE), floor((east + along) * _PER_DEGREE) + 1
        ):
            yield row, column


def _degrees(point: Point) -> tuple[float, float]:
    x, y, z = point
    return degrees(asin(max(-1.0, min(1.0, z)))), degrees(atan2(y, x))
