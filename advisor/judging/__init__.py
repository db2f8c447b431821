"""Answers to facts, facts through rules and costs, to a choice: the computing half of an assessment."""
