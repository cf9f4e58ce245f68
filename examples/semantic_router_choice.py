"""semantic-router with LLMs as routes: python semantic_router_choice.py "What is Python?" """

import sys

from semantic_router import DecisionRouter, Route
from semantic_router.decision_models.systemone import SystemOneDecisionModel

router = DecisionRouter(
    model=SystemOneDecisionModel(name="llimit", base_url="http://localhost:8000", model="llimit"),
    # It wants a description of each route; LLimit reads the names alone.
    routes=[
        Route(name="gpt-4o-mini", description="cheap"),
        Route(name="gpt-5", description="strong"),
    ],
)
print("choice:", router(sys.argv[1]).name)
