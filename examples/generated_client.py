"""A client that openapi-python-client has written: python generated_client.py "What is Python?"

openapi-python-client generate --url http://localhost:8000/openapi.json --meta none --output-path llimit_client
"""

import sys

from llimit_client import Client
from llimit_client.api.scoring import rank
from llimit_client.models import Error, RankRequest, SufficientObjective

client = Client(base_url="http://localhost:8000")
body = RankRequest(
    prompt=sys.argv[1],
    candidates=["gpt-4o-mini", "gpt-5"],
    objective=SufficientObjective(type_="sufficient"),
)
answer = rank.sync(client=client, body=body)
if answer is None or isinstance(answer, Error):
    sys.exit(f"error: {answer}")
print(answer.prompts[0].reason)
print("choice:", answer.prompts[0].choice)
