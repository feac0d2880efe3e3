"""Outline of one connected component, and its coarse polygon."""

from __future__ import annotations

import numpy as np

from ..arrays import Bool, Ints

# Clockwise from east, rows growing downwards.
STEPS = ((0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1))


def outline(component: Bool) -> Ints:
    """Outer border pixels [N,2] (row, column) of a component, clockwise, by Moore-neighbour tracing."""
    padded = np.pad(component, 1).tolist()
    rows, columns = np.nonzero(component)
    if len(rows) == 0:
        return np.zeros((0, 2), np.int64)
    start = (int(rows[0]) + 1, int(columns[0]) + 1)
    trace, here, heading = [start], start, 0
    first_move: int | None = None
    while len(trace) <= 4 * component.size:
        for turn in range(8):
            direction = (heading + 6 + turn) % 8
            row, column = here[0] + STEPS[direction][0], here[1] + STEPS[direction][1]
            if padded[row][column]:
                break
        else:
            break
        # Jacob's criterion: the outline is closed when it leaves the start the way it first did.
        if here == start and direction == first_move:
            break
        first_move = direction if first_move is None else first_move
        here, heading = (row, column), direction
        trace.append(here)
    return np.array(trace, np.int64) - 1


def simplified_outline(component: Bool, tolerance: float) -> Ints:
    """Vertices [N,2] (row, column) of a polygon no outline pixel is further than `tolerance` px away from."""
    points = outline(component)
    if len(points) < 4:
        return points
    opposite = int(np.argmax(((points - points[0]) ** 2).sum(axis=1)))
    first = _simplified(points[: opposite + 1], tolerance)
    second = _simplified(points[opposite:], tolerance)
    return np.concatenate([first[:-1], second[:-1]])


def _simplified(points: Ints, tolerance: float) -> Ints:
    """Douglas-Peucker on an open polyline, without recursion."""
    keep = np.zeros(len(points), bool)
    keep[[0, -1]] = True
    open_spans = [(0, len(points) - 1)]
    while open_spans:
        first, last = open_spans.pop()
        if last - first < 2:
            continue
        chord = (points[last] - points[first]).astype(np.float64)
        offset = points[first + 1 : last] - points[first]
        length = float(np.hypot(chord[0], chord[1]))
        if length == 0:
            away = np.hypot(offset[:, 0], offset[:, 1])
        else:
            away = np.abs(offset[:, 0] * chord[1] - offset[:, 1] * chord[0]) / length
        furthest = int(np.argmax(away))
        if away[furthest] > tolerance:
            middle = first + 1 + furthest
            keep[middle] = True
            open_spans += [(first, middle), (middle, last)]
    return points[keep]
