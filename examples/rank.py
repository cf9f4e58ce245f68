"""POST /rank with nothing but Python: python rank.py "What is Python?" """

import json
import sys
from urllib.request import Request, urlopen

body = {
    "prompt": sys.argv[1],
    "candidates": ["gpt-4o-mini", "gpt-5"],
    "objective": {"type": "sufficient"},
}
request = Request(
    "http://localhost:8000/rank", json.dumps(body).encode(), {"content-type": "application/json"}
)
with urlopen(request, timeout=3) as response:
    [answer] = json.load(response)["prompts"]
# Where there is no choice, `fallback` is the most probable one.
print(answer["reason"])
print("choice:", answer["choice"])
