"""What holds for every test: tests/hermetic.py."""

pytest_plugins = ("tests.hermetic",)
