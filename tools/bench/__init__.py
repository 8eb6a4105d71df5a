"""`make bench`: speed and memory of the backend, compared with something else that is measured in the same run."""
