"""A LiteLLM plugin that asks POST /rank, with prices, an objective and what was tried: python plugin.py "What is Python?" """

import asyncio
import sys

import httpx
from litellm import Router

OBJECTIVE = {"type": "value", "dollars": 0.01}  # a success is worth a cent


class LLimit:
    """Leaves the LLM that /rank chooses as the only candidate; all of them if there is no choice."""

    async def run(self, context):
        body = {
            "messages": context.structured_messages,
            "candidates": context.candidate_models,
            "objective": OBJECTIVE,
        }
        async with httpx.AsyncClient(timeout=3) as client:
            answer = await client.post("http://localhost:8000/rank", json=body)
        choice = answer.json()["prompts"][0]["choice"] if answer.is_success else None
        if choice is not None:
            context.candidate_models = [choice]
        return context


NAMES = ["gpt-4o-mini", "gpt-5"]
TIERS = {tier: NAMES for tier in ["SIMPLE", "MEDIUM", "COMPLEX", "REASONING"]}
AUTO = {
    "model": "auto_router/complexity_router",
    "complexity_router_default_model": "gpt-5",
    "complexity_router_config": {"classifier_type": "heuristic", "plugins": [LLimit()], "tiers": TIERS},
}
llms = [{"model_name": name, "litellm_params": {"model": f"openai/{name}"}} for name in NAMES]
router = Router(model_list=[*llms, {"model_name": "auto", "litellm_params": AUTO}])
messages = [{"role": "user", "content": sys.argv[1]}]
answer = asyncio.run(router.acompletion(model="auto", messages=messages))
print(answer.choices[0].message.content)
print("answered by:", answer.model)
