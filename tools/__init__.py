"""Programs for those who work on LiteBase: the generator, benchmarks, the demo."""
