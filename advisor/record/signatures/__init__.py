"""Statements by people, their SSH signatures, and the policy that a decision is held to."""
