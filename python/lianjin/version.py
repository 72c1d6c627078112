"""The version of the package, as it was built."""

from importlib.metadata import version

VERSION = version("lianjin")
