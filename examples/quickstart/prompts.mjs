// Prints 240 prompts with their right answers, as JSON lines: half of them sums, half of them words to spell backwards.
//   node prompts.mjs > prompts.jsonl
import process from 'node:process'

const WORDS =
  'planet garden window silver market bridge copper winter button ladder candle forest pocket rabbit dinner ' +
  'summer butter carpet dragon engine finger guitar hammer island jacket kettle lemon mirror needle orange ' +
  'pencil quartz ribbon saddle tunnel umbrella velvet walnut yellow zipper anchor basket cactus desert eagle ' +
  'falcon goblet harbor insect jungle kitten lantern magnet nectar oyster parrot river sailor temple valley'
const words = WORDS.split(' ')
const SENTENCES = [
  (word) => `Spell the word "${word}" backwards.`,
  (word) => `Write ${word} in reverse, letter by letter. Give the word only.`,
]

const sums = Array.from({ length: 120 }, (_, i) => {
  const [a, b] = [17 + 3 * i, 5 + ((i * 37) % 90)]
  return { prompt: i % 2 === 0 ? `What is ${a} + ${b}?` : `Add ${a} and ${b}. What is the sum?`, sum: a + b }
})
const lines = [
  ...sums.map(({ prompt, sum }) => ({ prompt, reference: sum, grader: 'numeric', category: 'sums' })),
  ...words.flatMap((word) =>
    SENTENCES.map((sentence) => ({
      prompt: sentence(word),
      reference: [...word].reverse().join(''),
      grader: 'exact',
      category: 'spelling',
    })),
  ),
]
process.stdout.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
