import { createHash } from 'node:crypto'

import { z } from 'zod'

import { LLimitError } from '../errors.js'
import { readPromptRows } from '../lines/promptRows.js'
import type { FileRow } from '../lines/records.js'
import { parseRow } from '../validation.js'
import { GRADERS } from './task.js'
import type { Task } from './task.js'

/** Hexadecimal digits of a key: 128 bits, so that no two prompts share one. */
const KEY_DIGITS = 32

/** Null and the empty cell of a table say that there is none. */
function optional<S extends z.ZodType>(schema: S) {
  return z.preprocess((value) => (value === null || value === '' ? undefined : value), schema.optional())
}

const text = optional(z.string('expected a text'))
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const references = optional(
  z.union(
    [z.array(scalar), scalar.transform((one) => [one])],
    'expected a text, a number or an array of them',
  ),
)
const schema = optional(
  z.preprocess(parsed, z.union([z.record(z.string(), z.unknown()), z.boolean()], 'expected a JSON schema')),
)

const taskRow = z.looseObject({
  prompt: z.string('expected the text of a prompt').min(1, 'expected the text of a prompt'),
  grader: optional(z.enum(GRADERS, `expected one of ${GRADERS.join(', ')}`)),
  pattern: text,
  schema,
  rubric: text,
  source: text,
  category: text,
  split: text,
})

/**
 * Reads the prompts to ask, with their reference answers and graders.
 * @param referenceField the field that has the reference answer, or an array of them
 * @throws LLimitError INVALID_FILE, naming file, line and field; also for a prompt that is there twice with other fields, and for
 * a file without prompts.
 */
export async function readTasks(file: string, referenceField: string): Promise<Task[]> {
  const tasks = new Map<string, Task>()
  for await (const row of readPromptRows(file)) {
    const task = taskOf(row, referenceField)
    const before = tasks.get(task.key)
    if (before === undefined) tasks.set(task.key, task)
    else checkSame(before, task)
  }
  if (tasks.size === 0) throw new LLimitError('INVALID_FILE', `${file}: expected prompts, got none`)
  return [...tasks.values()]
}

function keyOf(prompt: string): string {
  return createHash('sha256').update(prompt).digest('hex').slice(0, KEY_DIGITS)
}

function taskOf({ value, where }: FileRow, referenceField: string): Task {
  const fields = typeof value === 'string' ? { prompt: value } : value
  const row = parseRow(taskRow, { value: fields, where })
  const { prompt, grader, pattern, rubric, source, category, split } = row
  const given = parseRow(z.object({ [referenceField]: references }), { value: fields, where })
  return {
    key: keyOf(prompt),
    prompt,
    references: given[referenceField] ?? [],
    grader,
    pattern,
    schema: row.schema,
    rubric,
    labels: {
      ...(source !== undefined && { source }),
      ...(category !== undefined && { category }),
      ...(split !== undefined && { split }),
    },
    fields: row,
    where,
  }
}

/** In a table a schema is the text of it. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

function checkSame(before: Task, task: Task): void {
  const told = ({ fields }: Task) => JSON.stringify({ ...fields, id: undefined })
  if (told(before) === told(task)) return
  throw new LLimitError(
    'INVALID_FILE',
    `${task.where}: expected another prompt than that of ${before.where}, got the same with other fields; leave one out`,
  )
}
