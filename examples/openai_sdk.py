"""The OpenAI SDK asks for a decision: python openai_sdk.py "What is Python?" """

import sys

from openai import OpenAI

client = OpenAI(base_url="http://localhost:8000/v1", api_key="none")
decision = client.decisions.create(
    model="llimit",
    input=sys.argv[1],
    questions=[
        {
            "type": "choice",
            "name": "best",
            "instructions": "Which LLM should answer?",
            "choices": [{"value": "gpt-4o-mini"}, {"value": "gpt-5"}],
        },
        {"type": "predicate", "name": "gpt-5", "instructions": "Will it answer correctly?"},
    ],
)
best, success = decision.answers
# A refusal: LLimit does not answer what outcomes do not say.
print("choice:", best.choice if best.type == "choice" else None)
print("gpt-5 succeeds with probability", success.probability if success.type == "predicate" else None)
