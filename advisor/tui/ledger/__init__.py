"""The records screens: list, detail, save, sign, verify."""
