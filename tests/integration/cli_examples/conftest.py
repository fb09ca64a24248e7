"""Nothing in memory outlives a test's transaction, as for the other tests of the gateway."""

from tests.sandbox.conftest import forgotten

__all__ = ["forgotten"]
