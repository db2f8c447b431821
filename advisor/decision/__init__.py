"""Findings and costs to a verdict: rules compiled and evaluated, gates applied, routes ranked."""
