"""`python -m advisor` is `advisor`."""

from advisor.cli.main import main

if __name__ == "__main__":
    main()
