"""`make bench`: speed and memory of the backend, each beside something to compare with, measured in the same run."""
