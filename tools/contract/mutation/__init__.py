"""Tests the rules on every small edit of the contract, against generated values."""
