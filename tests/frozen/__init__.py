"""Tests of what `make build` makes. They are not part of `make test`, because they build first: `make test-build`."""
