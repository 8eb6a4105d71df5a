"""Programs that benchmarks run as child processes."""
