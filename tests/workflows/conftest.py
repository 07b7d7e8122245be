from tests.hazards.conftest import _invariants_hold, damaged

__all__ = ["_invariants_hold", "damaged"]
