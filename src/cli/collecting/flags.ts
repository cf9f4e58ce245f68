import { z } from 'zod'

import { GRADERS } from '../../collect/task.js'
import { integer } from '../../validation.js'
import { flag, names, settingFlags } from '../commandLine/flags.js'

/** The longest time a request or a command may take: a day. */
const MAX_SECONDS = 86_400

/** A decimal number, 0 or more, as people type it. */
function decimal(what: string) {
  return z.string().transform((text, context) => {
    const value = Number(text)
    if (/^[\d.+-]+(e[+-]?\d+)?$/i.test(text.trim()) && value >= 0 && Number.isFinite(value)) return value
    context.issues.push({ code: 'custom', message: `expected ${what}, 0 or more`, input: text })
    return z.NEVER
  })
}

/** A JSON object in one word. */
function jsonObject() {
  return z.string().transform((text, context): Record<string, unknown> => {
    try {
      const value: unknown = JSON.parse(text)
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
    } catch {
      // The same message.
    }
    context.issues.push({
      code: 'custom',
      message: 'expected a JSON object, such as {"temperature":0}',
      input: text,
    })
    return z.NEVER
  })
}

const dollars = () => decimal('dollars').optional()
const seconds = () => integer(1, MAX_SECONDS)

export const flags = z
  .object({
    prompts: flag(
      z.string(),
      'file',
      'a prompt a line, or .jsonl, .csv with "prompt" and, if there are any, "reference", "grader", "source", "category", "split"',
    ),
    llms: flag(names(), 'a,b', 'LLMs to ask, by their names at the endpoint'),
    endpoint: flag(
      z.string(),
      'url',
      'base URL of an API like that of OpenAI, such as http://localhost:8000/v1',
    ),
    out: flag(z.string(), 'folder', 'all that is collected; a run that is started again goes on there'),
    keyVariable: flag(z.string().optional(), 'name', 'environment variable with the key of the endpoint'),
    grader: flag(z.enum(GRADERS).optional(), 'name', `of prompts that name none: ${GRADERS.join(', ')}`),
    referenceField: flag(
      z.string().default('reference'),
      'name',
      'field of the prompts with the right answer',
    ),
    pattern: flag(
      z.string().optional(),
      'regex',
      'grader regex: what a right answer has; /…/flags or the text of it',
    ),
    schema: flag(z.string().optional(), 'file', 'grader json-schema: the JSON schema of a right answer'),
    tolerance: flag(
      decimal('a relative error').default(1e-6),
      'number',
      'grader numeric: largest relative error',
    ),
    command: flag(
      z.string().optional(),
      'command',
      'grader command: for the shell; the answer on stdin, its code in the file "$1", the line of the prompt in "$2"; 0 is right',
    ),
    commandTimeoutS: flag(
      seconds().default(30),
      'seconds',
      'after which a command is ended; the answer is wrong then',
    ),
    judge: flag(z.string().optional(), 'llm', 'graders judge and pairwise: the LLM that grades'),
    judgeEndpoint: flag(z.string().optional(), 'url', 'of the judge (default: --endpoint)'),
    judgeKeyVariable: flag(z.string().optional(), 'name', 'environment variable with its key'),
    rubric: flag(z.string().optional(), 'text', 'what the judge grades by; @file reads it from a file'),
    pairsPerPrompt: flag(
      integer(1, 1_000_000).optional(),
      'integer',
      'grader pairwise: pairs of LLMs that are compared on a prompt (default: all)',
    ),
    secondGrader: flag(z.enum(GRADERS).optional(), 'name', 'grades a sample too, for the agreement of both'),
    secondJudge: flag(z.string().optional(), 'llm', 'the LLM of the second grader (default: --judge)'),
    sample: flag(
      integer(1, 1_000_000).default(100),
      'integer',
      'answers or pairs that the second grader grades',
    ),
    system: flag(z.string().optional(), 'text', 'system message before each prompt'),
    parameters: flag(
      jsonObject().optional(),
      'json',
      'further fields of each request, such as {"temperature":0,"max_tokens":1024}',
    ),
    limit: flag(integer(1, Number.MAX_SAFE_INTEGER).optional(), 'integer', 'only the first prompts, to try'),
    concurrency: flag(integer(1, 1000).default(8), 'integer', 'requests at once'),
    requestTimeoutS: flag(seconds().default(300), 'seconds', 'after which a request is tried again'),
    retries: flag(integer(0, 100).default(5), 'integer', 'further tries of what fails and may work later'),
    maxCost: flag(dollars(), 'dollars', 'of all runs in the folder; nothing is asked that may exceed it'),
    inputPrice: flag(dollars(), 'dollars', 'of a million input tokens, of all LLMs of this run'),
    outputPrice: flag(dollars(), 'dollars', 'of a million output tokens'),
    ...settingFlags('prices'),
  })
  .refine(
    ({ inputPrice, outputPrice }) => (inputPrice === undefined) === (outputPrice === undefined),
    '--input-price and --output-price go together',
  )
  .refine(
    ({ secondGrader, grader, secondJudge }) =>
      secondGrader === undefined ||
      secondGrader !== grader ||
      ((grader === 'judge' || grader === 'pairwise') && secondJudge !== undefined),
    '--second-grader: expected another grader than --grader, or another --second-judge',
  )
  .refine(
    ({ grader, secondGrader }) =>
      secondGrader === undefined ||
      grader === undefined ||
      (grader === 'pairwise') === (secondGrader === 'pairwise'),
    '--second-grader: pairwise can only be compared with pairwise',
  )
  .refine(
    ({ judge, secondJudge }) => secondJudge === undefined || secondJudge !== judge,
    '--second-judge: expected another LLM than --judge',
  )

export type CollectOptions = z.output<typeof flags>
