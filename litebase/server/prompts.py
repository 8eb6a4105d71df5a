"""Questions to the person at a client: told as events, answered once by `answer_prompt`.

A request asks one at a time and waits, so a client has as many open as it may have requests in flight.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import anyio

from litebase.errors import InvalidMessage, NotFound, PromptUnanswered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from litebase.drivers.interface import Question
    from litebase.server.client_session import ClientSession, RequestInFlight

_DECISIONS = {"host_key", "approval"}


@dataclass(eq=False, slots=True)
class Prompt:
    """A question that waits for its answer."""

    id: str
    request_id: str
    question: Question
    answer: str | None = field(default=None, repr=False)
    answered: anyio.Event = field(default_factory=anyio.Event)

    def facts(self) -> Mapping[str, object]:
        """What the client is told, as fields of the contract's `EventEntry`."""
        question = self.question
        prompt = {
            "prompt_id": self.id,
            "kind": question.kind,
            "text": question.text,
            "again": question.again,
            "connection_name": question.connection_name,
            "host": question.host,
        }
        return {"request_id": self.request_id, "prompt": prompt}


async def ask(client: ClientSession, request: RequestInFlight, question: Question, patience_s: float) -> str:
    """The answer to a question of a request, whose own time does not run meanwhile. Raises `PromptUnanswered`."""
    if not client.answers_prompts or client.events is None:
        raise PromptUnanswered(question.kind, question.text, "no_prompts")
    prompt = Prompt(client.new_id("p"), request.id, question)
    client.prompts[prompt.id] = prompt
    client.tell("prompt", prompt.facts(), key=prompt)
    deadline, request.scope.deadline = request.scope.deadline, math.inf
    asked_at = anyio.current_time()
    try:
        with anyio.move_on_after(patience_s):
            await prompt.answered.wait()
    finally:
        request.scope.deadline = deadline + anyio.current_time() - asked_at
        if client.prompts.pop(prompt.id, None) is not None:
            client.tell("prompt_withdrawn", prompt.facts(), key=prompt)
    if prompt.answer is None:
        raise PromptUnanswered(question.kind, question.text, "refused" if prompt.answered.is_set() else "timed_out")
    return prompt.answer


def answer(client: ClientSession, prompt_id: str, text: str | None) -> None:
    """Pass the answer on to whoever asked; None refuses. Raises `NotFound` unless the prompt is open."""
    prompt = client.prompts.get(prompt_id)
    if prompt is None:
        raise NotFound(
            "prompt_id",
            prompt_id,
            "This prompt is not open: it was answered before, its time has passed, or its request has ended.",
        )
    if prompt.question.kind in _DECISIONS and text not in ("yes", None):
        raise InvalidMessage("/data/answer", f"of {prompt.question.kind} the answer is `yes`, or null to refuse")
    del client.prompts[prompt_id]
    prompt.answer = text
    prompt.answered.set()
