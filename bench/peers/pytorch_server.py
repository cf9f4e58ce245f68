"""LLimit v1's way of serving a dense_network: sentence-transformers and PyTorch behind FastAPI.

Does the same work per request (embed all prompts; 44 features per prompt; for each LLM in turn the network over slices
of batch_size prompts), with random weights, whose values cost no time. As in LLimit v1 the work is done on the event
loop. The keyword lists are given by the benchmark, from the server it is compared with.

    python pytorch_server.py serve  <encoder> <port> <keywords.json>
    python pytorch_server.py encode <encoder> <job.json>               # the job of bench/encoder/job.ts
"""

import json
import re
import sys
import time

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

LLM_EMBEDDING = 32
FEATURES = 44
LLMS = 500
# The first numeric features, which are seldom zero.
DENSE_FEATURES = 5


class DenseNetwork(torch.nn.Module):
    def __init__(self, embedding):
        super().__init__()
        self.llm_embedding = torch.nn.Embedding(LLMS, LLM_EMBEDDING)
        widths = [embedding + FEATURES + LLM_EMBEDDING, 256, 128, 64]
        layers = []
        for inputs, outputs in zip(widths, widths[1:]):
            layers += [torch.nn.Linear(inputs, outputs), torch.nn.LeakyReLU(0.1), torch.nn.Dropout(0.2)]
        self.layers = torch.nn.Sequential(*layers, torch.nn.Linear(widths[-1], 1))

    def forward(self, embeddings, features, llms):
        return self.layers(torch.cat([embeddings, features, self.llm_embedding(llms)], dim=1)).squeeze(-1)


def extract_features(prompt, keywords, flags, verbs):
    lower, words = prompt.lower(), prompt.split()
    length = max(len(prompt), 1)
    numeric = [
        len(prompt),
        len(words),
        sum(1 for piece in re.split(r"[.!?]+", prompt) if piece.strip()),
        1 - len({word.lower() for word in words}) / max(len(words), 1),
        sum(map(len, words)) / max(len(words), 1),
        prompt.count("?") / length,
        sum(map(prompt.count, "([{")) / length,
        len(re.findall(r"\d+\.|\band\b|\balso\b", lower)) / length,
    ]
    numeric += [sum(word in lower for word in words) / len(words) / length for words in keywords]
    numeric += [0, 0]  # turns and characters of the conversation before the prompt, of which a request has none
    boolean = [float(any(word in lower for word in words)) for words in flags]
    boolean += [
        float("`" in prompt),
        float(re.search(r"\d", prompt) is not None),
        float(re.search(r"[-+*/=^√∫∑]", prompt) is not None),
        float(prompt.strip().endswith("?")),
        float(lower.startswith(tuple(verbs))),
    ]
    return numeric, boolean


def scale(numeric):
    """[P, 26] -> logarithms, scaled by the mean and deviation of this request, and -1 for a zero where zeros are common."""
    raw = np.asarray(numeric, dtype=np.float32)
    logs = np.log(np.maximum(raw, np.float32(1e-6)))
    deviation = logs.std(axis=0)
    scaled = (logs - logs.mean(axis=0)) / np.where(deviation == 0, np.float32(1), deviation)
    often_zero = np.log(1 + np.exp(scaled))
    scaled[:, DENSE_FEATURES:] = np.where(raw == 0, np.float32(-1), often_zero)[:, DENSE_FEATURES:]
    return scaled


def serve(directory, port, keywords_file):
    import uvicorn
    from fastapi import FastAPI
    from pydantic import BaseModel

    with open(keywords_file, encoding="utf8") as file:
        lists = json.load(file)
    encoder = SentenceTransformer(directory, device="cpu")
    network = DenseNetwork(encoder.encode(["warm up"]).shape[1]).eval()
    ids = {f"llm-{n:03}": n for n in range(LLMS)}
    app = FastAPI()

    class InferRequest(BaseModel):
        model: str
        models_to_score: list[str]
        prompts: list[str]
        batch_size: int = 128

    @app.get("/health")
    async def health():
        return {"status": "healthy"}

    @app.post("/infer")
    async def infer(request: InferRequest):
        embeddings = torch.from_numpy(encoder.encode(request.prompts, show_progress_bar=False))
        pairs = [extract_features(prompt, **lists) for prompt in request.prompts]
        numeric, boolean = zip(*pairs)
        rows = np.concatenate([scale(numeric), np.asarray(boolean, dtype=np.float32)], axis=1)
        features = torch.from_numpy(rows)
        scores = {}
        with torch.no_grad():
            for llm in request.models_to_score:
                values = []
                for start in range(0, len(request.prompts), request.batch_size):
                    part = slice(start, start + request.batch_size)
                    llms = torch.full((len(embeddings[part]),), ids[llm], dtype=torch.long)
                    values += torch.tanh(network(embeddings[part], features[part], llms)).tolist()
                scores[llm] = values
        return {"scores": scores}

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


def encode(directory, job_file):
    with open(job_file, encoding="utf8") as file:
        job = json.load(file)
    encoder = SentenceTransformer(directory, device="cpu")
    result = []
    with torch.no_grad():
        for batches in job["sets"]:
            inputs = [pad(batch) for batch in batches]
            times = []
            for _ in range(job["repeats"] + 1):
                begin = time.perf_counter()
                for batch in inputs:
                    encoder(dict(batch))["sentence_embedding"].numpy()
                times.append(1000 * (time.perf_counter() - begin))
            result.append(times[1:])
    print(json.dumps({"ms": result}))


def pad(batch):
    longest = max(map(len, batch))
    ids = torch.tensor([prompt + [0] * (longest - len(prompt)) for prompt in batch])
    mask = torch.tensor([[1] * len(prompt) + [0] * (longest - len(prompt)) for prompt in batch])
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": torch.zeros_like(ids)}


if __name__ == "__main__":
    mode, *arguments = sys.argv[1:]
    if mode == "serve":
        serve(arguments[0], int(arguments[1]), arguments[2])
    else:
        encode(*arguments)
