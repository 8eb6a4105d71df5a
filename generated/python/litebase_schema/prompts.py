# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from litebase_schema.base import Model
from pydantic import ConfigDict, Field, StrictBool, StrictStr
from typing import Annotated, Literal
from typing_extensions import TypeAliasType


class AnswerPromptResponse(Model):
    """
    The answer was passed on; the request that asked goes on with it.
    """

    model_config = ConfigDict(
        extra="forbid",
    )


PromptId = TypeAliasType("PromptId", Annotated[StrictStr, Field(max_length=64, min_length=1)])
"""
Names an open prompt of this client.
"""


PromptAnswer = TypeAliasType("PromptAnswer", Annotated[StrictStr, Field(max_length=4096, pattern="^[^\\x00]*$")])
"""
The answer to a prompt; kept in memory only.
"""


PromptKind = TypeAliasType(
    "PromptKind",
    Literal["password", "passphrase", "one_time_code", "host_key", "token", "approval"] | StrictStr,
)
"""
What is asked for. `password`: of a user. `passphrase`: of a key. `one_time_code`: from a device or a message, for this login only. `token`: a password that runs out, for example of a cloud login. `host_key`: whether the key that a host shows is its own. `approval`: whether something may be done. Whoever does not know a kind refuses it.
"""


class Prompt(Model):
    """
    A question to the person at the client. The event that carries it names the request that waits for the answer.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    prompt_id: PromptId
    kind: PromptKind
    text: StrictStr
    """
    The question, for people.
    """
    again: StrictBool
    """
    Whether an answer to this question was refused before, so that one that a client has kept is not the right one.
    """
    connection_name: StrictStr
    """
    `name` of the `db_connect` that the answer is for.
    """
    host: StrictStr | None
    """
    The host that wants to know, or null where it is none.
    """


class AnswerPromptRequest(Model):
    """
    Answers a prompt. Always accepted, and not counted in `max_requests_in_flight`. A prompt that is not open is `not_found`: it was answered before, its time has passed, or its request has ended.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    prompt_id: PromptId
    answer: PromptAnswer | None
    """
    What the person typed, or null to refuse, which fails the request that asks. Of `host_key` and `approval` it is `yes` or null.
    """
