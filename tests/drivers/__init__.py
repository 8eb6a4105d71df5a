import pytest

pytest.register_assert_rewrite("tests.drivers.conformance")  # or its asserts would fail without saying why
