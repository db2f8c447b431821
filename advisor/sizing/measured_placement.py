"""What a placement's speed rests on: the user's own measurement of it or of its neighbors, else the published band."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from advisor.sizing.calibration import ENGINES, Calibration, profile_name
from advisor.sizing.own_measurements import OwnMeasurement, configuration_id, neighbors_id

if TYPE_CHECKING:
    from advisor.sizing.model.model_shape import ModelShape
    from advisor.sizing.placement import Placement


def as_measured(placement: Placement, calibration: Calibration) -> Placement:
    """The placement under the engine it was measured with, where none is named and the usual one was not measured.

    Whoever measured a configuration under one engine would run it so.
    """
    if not calibration.measured or placement.engine is not None:
        return placement
    found = [name for name in ENGINES if _exact(placement, name, calibration)]
    if not found or profile_name(None, placement.gpu) in found:
        return placement
    return replace(placement, engine=found[0])


def own_measurement(placement: Placement, calibration: Calibration) -> OwnMeasurement | None:
    """What was measured of a placement, or else of its neighbors; None where nothing was."""
    if not calibration.measured:
        return None
    placement = as_measured(placement, calibration)
    profile = profile_name(placement.engine, placement.gpu)
    near = neighbors_id(placement.model.id, placement.gpu.id, profile)
    return _exact(placement, profile, calibration) or calibration.measured.get(near)


def band_of(
    placement: Placement, shape: ModelShape, calibration: Calibration, *, saturated: bool
) -> tuple[float, float]:  # fmt: skip
    """The band of a placement's throughput: that of its measurement, or else what is published."""
    known = own_measurement(placement, calibration)
    if known is not None:
        return known.low, known.high
    low, high = calibration.band(placement.engine, placement.gpu, shape, saturated=saturated)
    if placement.gpus > placement.gpu.max_group:  # published rows are of one node
        low, high = low * calibration.across_nodes.low, high * calibration.across_nodes.high
    return low, high


def _exact(place: Placement, profile: str, calibration: Calibration) -> OwnMeasurement | None:
    name = configuration_id(place.model.id, place.gpu.id, place.gpus, place.precision, profile)
    return calibration.measured.get(name)
