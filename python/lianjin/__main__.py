"""`python -m lianjin` is the command `lianjin`."""

from lianjin.cli import main

if __name__ == "__main__":
    main()
