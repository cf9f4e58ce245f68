/** Prompts whose scores go into a card: short, long, empty, code, mathematics, another script. */
export const REFERENCE_PROMPTS: readonly string[] = [
  'What is Python?',
  'Prove that the square root of 2 is irrational.',
  '',
  'Write a function that reverses a linked list:\n```python\ndef reverse(head):\n    ...\n```',
  'Please summarize the following text step by step, exactly in three sentences, and list the main points as JSON.',
  'Compute 12 * (7 + 5) / 4 and explain each step.',
  '日本の首都はどこですか？',
  'The quick brown fox jumps over the lazy dog. '.repeat(60),
]

/** LLMs of a card's reference scores: the first few, at most. */
export const MAX_REFERENCE_LLMS = 8
