"""LiteLLM's Router with the configuration of its proxy: python router.py by-name.yaml "What is Python?" """

import asyncio
import sys

import yaml
from litellm import Router

with open(sys.argv[1]) as file:
    router = Router(model_list=yaml.safe_load(file)["model_list"])


async def main(prompt):
    answer = await router.acompletion(model="auto", messages=[{"role": "user", "content": prompt}])
    print(answer.choices[0].message.content)
    print("answered by:", answer.model)


asyncio.run(main(sys.argv[2]))
