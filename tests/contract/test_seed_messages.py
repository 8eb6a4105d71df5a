"""The seven messages that the project began with, as bytes that never change.

They are what a Go program with a plain MessagePack library writes: the envelope's keys in the order of a struct,
timestamps with nanoseconds in 64 bits, every int64 in nine bytes, the keys of `data` in any order, and nil for an empty
map. This finds a backend that no longer accepts the requests, or leaves something out of the answers, even if schema
and generated frames were changed together.
"""

from datetime import UTC, datetime
from typing import Any

import msgpack
import pytest

from litebase.wire.packing import unpack_trusted
from litebase.wire.protocol import Message
from tests.conftest import RunningBackend
from tests.contract.golden import outcome, read
from tests.end_to_end.frames import Line, dial

SEEDS = {
    "health_check": (
        "0000003e84a26964ad36663163386135322d30303031a474797065ac6865616c74685f636865636ba974696d65737461"
        "6d70d7ff1d6f34546955b900a464617461c0"
    ),
    "health_response": (
        "0000010d84a26964ad36663163386135322d30303031a474797065af6865616c74685f726573706f6e7365a974696d65"
        "7374616d70d7ff1d6f34546955b900a4646174618ea6737461747573a76865616c746879a7726561736f6e7390a77665"
        "7273696f6ea5302e312e30a870726f746f636f6c82a56d616a6f7200a56d696e6f7201a9757074696d655f6d73cd05dc"
        "a3706964cd1267a97273735f6279746573ce01e00000a7636c69656e747301ab636f6e6e656374696f6e7300a7726573"
        "756c747300b4726573756c74735f6d656d6f72795f627974657300b2726573756c74735f6469736b5f627974657300b2"
        "72657175657374735f696e5f666c6967687401ac6c6f67735f64726f7070656400"
    ),
    "db_connect": (
        "0000007984a26964ad36663163386135322d30303032a474797065aa64625f636f6e6e656374a974696d657374616d70"
        "d7ff1d6f34546955b900a46461746184a46d6f6465a66d656d6f7279a6656e67696e65a673716c697465af627573795f"
        "74696d656f75745f6d73d30000000000001388a46e616d65a473656564"
    ),
    "db_connect_response": (
        "0000008a84a26964ad36663163386135322d30303032a474797065b364625f636f6e6e6563745f726573706f6e7365a9"
        "74696d657374616d70d7ff1d6f34546955b900a46461746185ad636f6e6e656374696f6e5f6964a26331a6656e67696e"
        "65a673716c697465ae7365727665725f76657273696f6ea6332e34302e31a9726561645f6f6e6c79c2a3746c73c0"
    ),
    "query": (
        "000000ad84a26964ad36663163386135322d30303033a474797065a57175657279a974696d657374616d70d7ff1d6f34"
        "546955b900a46461746184a373716cd92553454c454354203f204153206e2c203f20415320742c203f20415320622c20"
        "3f2041532066a6706172616d7394d30020000000000001a668c3a96c6c6fc40200ffcb3fe0000000000000ad636f6e6e"
        "656374696f6e5f6964a26331ab77696e646f775f726f7773d3000000000000000a"
    ),
    "query_response": (
        "000001c084a26964ad36663163386135322d30303033a474797065ae71756572795f726573706f6e7365a974696d6573"
        "74616d70d7ff1d6f34546955b900a4646174618ca9726573756c745f6964c0a7636f6c756d6e739483a46e616d65a16e"
        "a764625f74797065a7696e7465676572a46b696e64a7696e746567657283a46e616d65a174a764625f74797065a47465"
        "7874a46b696e64a47465787483a46e616d65a162a764625f74797065a4626c6f62a46b696e64a5627974657383a46e61"
        "6d65a166a764625f74797065a47265616ca46b696e64a5666c6f6174a4726f77739194d30020000000000001a668c3a9"
        "6c6c6fc40200ffcb3fe0000000000000a8636f6d706c657465c3aa746f74616c5f726f777301a96375745f63656c6c73"
        "90ad61666665637465645f726f7773c0ae6c6173745f696e736572745f6964c0a76e6f746963657390b27472616e7361"
        "6374696f6e5f737461747573a469646c65a774696d696e677384a871756575655f6d73cb3fd0000000000000aa636f6e"
        "6e6563745f6d73cb0000000000000000a97365727665725f6d73cb3ff8000000000000a9656e636f64655f6d73cb3fc0"
        "000000000000ac6d6f72655f726573756c747390"
    ),
    "error": (
        "0000009884a26964ad36663163386135322d30303034a474797065a56572726f72a974696d657374616d70d7ff1d6f34"
        "546955b900a46461746184a4636f6465a96e6f745f666f756e64a76d657373616765bc5468657265206973206e6f2063"
        "6f6e6e656374696f6e20276339272ea9726574727961626c65c2a764657461696c7382a477686174ad636f6e6e656374"
        "696f6e5f6964a26964a26339"
    ),
}
ANSWERS = {"health_check": "health_response", "db_connect": "db_connect_response", "query": "query_response"}
MOMENT = datetime(2026, 1, 1, 0, 0, 0, 123456, UTC)


def said(name: str) -> dict[str, Any]:
    """What a seed says, by a MessagePack library alone."""
    found: dict[str, Any] = msgpack.unpackb(bytes.fromhex(SEEDS[name])[4:], timestamp=3)
    return found


def test_there_are_seven_and_each_has_the_type_of_its_name() -> None:
    assert len(SEEDS) == 7
    assert {name: said(name)["type"] for name in SEEDS} == {name: name for name in SEEDS}
    assert all(int(SEEDS[name][:8], 16) == len(SEEDS[name]) / 2 - 4 for name in SEEDS)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_seed_request_is_read_completely(name: str) -> None:
    event = read({"hex": SEEDS[name]}, "request")
    assert isinstance(event, Message), outcome(event)
    assert (event.id, event.type, event.timestamp) == (said(name)["id"], name, MOMENT)
    assert event.data.model_dump(exclude_unset=True) == (said(name)["data"] or {})


@pytest.mark.parametrize("name", [*ANSWERS.values(), "error"])
def test_a_seed_answer_still_decodes_to_the_same_value(name: str) -> None:
    """Its data is not validated with today's models, which may require keys that were added to answers since then."""
    assert unpack_trusted(bytes.fromhex(SEEDS[name])[4:]) == said(name)
    assert said(name)["timestamp"] == MOMENT


def families(value: Any) -> Any:
    """The shape of a value: the type of each part."""
    match value:
        case dict():
            return {key: families(one) for key, one in value.items()}
        case list():
            return [families(one) for one in value]
        case _:
            return type(value).__name__


def lacking(pinned: Any, live: Any) -> list[str]:
    """What an old reader would miss: removed keys, and values of another type."""
    if isinstance(pinned, dict) and isinstance(live, dict):
        gone = [key for key in pinned if key not in live]
        return gone + [f"{key}/{one}" for key in pinned if key in live for one in lacking(pinned[key], live[key])]
    if isinstance(pinned, list) and isinstance(live, list):
        gone = [
            str(index) for index in range(len(live), len(pinned))
        ]  # more than before is no loss: a busy one's reasons
        pairs = enumerate(zip(pinned, live, strict=False))
        return gone + [f"{index}/{one}" for index, pair in pairs for one in lacking(*pair)]
    return [] if pinned == live else [f"{pinned} became {live}"]


def exchange(line: Line, name: str) -> dict[str, Any]:
    """Send a seed as it is and read the answer."""
    line.stream.sendall(bytes.fromhex(SEEDS[name]))
    answer = line.receive()
    assert answer is not None
    return answer


def test_the_process_answers_the_seeds_with_everything_in_the_seed_answers(backend: RunningBackend) -> None:
    with dial(backend.endpoint) as link:
        for name, answer in ANSWERS.items():
            live = exchange(link, name)
            assert (live["id"], live["type"]) == (said(name)["id"], answer)
            assert lacking(families(said(answer)["data"]), families(live["data"])) == []
            if name == "query":
                assert live["data"]["rows"] == said(answer)["data"]["rows"]


def test_the_process_answers_a_seed_that_fails_with_the_shape_of_the_seed_error(backend: RunningBackend) -> None:
    with dial(backend.endpoint) as link:
        live = exchange(link, "query")  # without a connection before it
    assert live["type"] == "error"
    assert lacking(families(said("error")["data"]), families(live["data"])) == []
    assert live["data"]["code"] == said("error")["data"]["code"]


def test_a_removed_key_and_a_changed_type_are_found() -> None:
    pinned = families(said("health_response")["data"])
    assert lacking(pinned, pinned) == []
    assert lacking(pinned, {key: pinned[key] for key in pinned if key != "pid"}) == ["pid"]
    assert lacking(pinned, pinned | {"pid": "str"}) == ["pid/int became str"]
    assert lacking(pinned, pinned | {"more": "str"}) == []
    assert lacking(["int", "str"], ["int"]) == ["1"]
    assert lacking([], ["str"]) == []
