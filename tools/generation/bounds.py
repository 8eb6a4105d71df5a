"""What a schema bounds, as short sentences for the pages and comments that people read."""

from collections.abc import Iterator

from tools.generation.source import Definition

NO_UNIT = "none"  # of a number that counts nothing


def bounds(schema: Definition) -> Iterator[str]:
    """One sentence per bound, the unit included."""
    low, high = schema.get("minimum"), schema.get("maximum")
    told = schema.get("x-unit", NO_UNIT) != NO_UNIT and schema.get("type") != "string"
    unit = f" {schema['x-unit']}" if told else ""
    if low is not None and high is not None:
        yield f"{low} to {high}{unit}."
    elif low is not None and unit:
        yield f"At least {low}; in{unit}."
    elif unit:
        yield f"In{unit}."
    if "maxLength" in schema:
        yield f"At most {schema['maxLength']} characters."
    if "maxItems" in schema:
        yield f"At most {schema['maxItems']} items."
    if schema.get("x-secret"):
        yield "Secret: never logged."
