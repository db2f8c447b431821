"""Catalog, figures and the usual request that tests of the sizing share."""

from __future__ import annotations

from datetime import date

from advisor.knowledge.load_pack import load_knowledge
from advisor.sizing.calibration import Calibration
from advisor.sizing.placement import Placement, Precision, RequestShape

KNOWLEDGE = load_knowledge()
MODELS, GPUS = KNOWLEDGE.catalog.models, KNOWLEDGE.catalog.gpus
PARAMETERS = KNOWLEDGE.parameters_at(date(2026, 11, 28))
CALIBRATION = Calibration.from_parameters(PARAMETERS)
SHAPE = RequestShape(1000.0, 1000.0)


def place(model: str, gpu: str, gpus: int, precision: Precision) -> Placement:
    return Placement(MODELS[model], GPUS[gpu], gpus, precision)
