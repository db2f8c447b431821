"""Decide, with evidence, where a workload's language-model inference should run."""

__version__ = "0.1.0"
