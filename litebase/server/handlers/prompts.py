"""Answers of the person at a client."""

from litebase_schema.prompts import AnswerPromptRequest, AnswerPromptResponse

from litebase.server import prompts
from litebase.server.call import Call


async def answer_prompt(call: Call, request: AnswerPromptRequest) -> AnswerPromptResponse:
    """Pass the answer on to the request that asked."""
    prompts.answer(call.client, request.prompt_id, request.answer)
    return AnswerPromptResponse()
