// An endpoint like that of OpenAI, to try the quickstart without a key or a GPU: its "LLMs" are functions that are good at
// different things. It needs no package.
//   node endpoint.mjs [port]
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import process from 'node:process'
import { text } from 'node:stream/consumers'

/** How often an LLM is right, by what it is asked, and how many words it makes of it. */
const LLMS = {
  'calculator-7b': { sums: 0.95, spelling: 0.1, words: 6 },
  'speller-7b': { sums: 0.1, spelling: 0.95, words: 6 },
  'allrounder-70b': { sums: 0.9, spelling: 0.9, words: 60 },
  'newcomer-9b': { sums: 0.2, spelling: 0.9, words: 6 },
}

function answerOf(llm, prompt) {
  const numbers = prompt.match(/\d+/g)
  // The same prompt always gets the same answer.
  const luck = createHash('sha256').update(`${llm}\n${prompt}`).digest().readUInt32BE() / 2 ** 32
  const { words, ...skills } = LLMS[llm]
  if (numbers !== null) {
    const sum = Number(numbers[0]) + Number(numbers[1])
    const thoughts = 'I add one number after the other. '.repeat(words / 6)
    return `${thoughts}The answer is ${luck < skills.sums ? sum : sum + 1}.`
  }
  const word = /"(\w+)"|Write (\w+)/.exec(prompt)?.slice(1).find(Boolean) ?? 'nothing'
  return luck < skills.spelling ? [...word].reverse().join('') : word
}

const server = createServer(async (request, response) => {
  const send = (status, body) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  if (request.url !== '/v1/chat/completions') return send(404, { error: { message: 'not found' } })
  const { model, messages } = JSON.parse(await text(request))
  if (!Object.hasOwn(LLMS, model)) return send(404, { error: { message: `no model ${model}` } })
  const prompt = messages.at(-1).content
  const content = answerOf(model, prompt)
  const tokens = (words) => Math.ceil(words.length / 4)
  send(200, {
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
    usage: { prompt_tokens: tokens(prompt), completion_tokens: tokens(content) },
  })
})
server.listen(Number(process.argv[2] ?? 4010), '127.0.0.1', () =>
  process.stdout.write(`http://localhost:${server.address().port}/v1 has ${Object.keys(LLMS).join(', ')}\n`),
)
