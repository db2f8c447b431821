"""An assessment as lines, one module a view: pure functions of the assessment and the width."""
