import path from 'node:path'

import { z } from 'zod'

import { LLimitError, quote } from '../errors.js'
import { readJsonFile } from '../jsonFile.js'

/** How the token vectors of a prompt become one: their mean, [CLS] and [SEP] included, or the vector of [CLS] alone. */
export type Pooling = 'mean' | 'cls'

/** What the JSON files that sentence-transformers adds to a transformer say. */
export interface SentenceLayout {
  /** Folder of weights, config.json and tokenizer, relative to the encoder's; usually ''. */
  transformer: string
  /** The same of the pooling. */
  poolingFolder: string
  pooling: Pooling
  /** Whether a sentence vector is divided by its length. */
  normalize: boolean
  /** Text that is put before every prompt, usually ''. */
  prompt: string
}

const modulesSchema = z.array(z.object({ type: z.string(), path: z.string().optional() }))

const ROOT_FOLDER = ''
const NO_PROMPT = ''

/** The modes that versions before 5.4 name one by one, each a switch of its own. */
const LEGACY_MODES = {
  pooling_mode_cls_token: 'cls',
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_max_tokens: 'max',
  pooling_mode_mean_sqrt_len_tokens: 'mean_sqrt_len_tokens',
  pooling_mode_weightedmean_tokens: 'weightedmean',
  pooling_mode_lasttoken: 'lasttoken',
} as const

const switches = Object.fromEntries(
  Object.keys(LEGACY_MODES).map((name) => [name, z.boolean().default(false)]),
) as Record<keyof typeof LEGACY_MODES, z.ZodDefault<z.ZodBoolean>>

const poolingSchema = z.object({
  ...switches,
  /** Since 5.4. */
  pooling_mode: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  include_prompt: z.boolean().default(true),
})

const promptSchema = z.object({
  prompts: z.record(z.string(), z.string().nullable()).nullish(),
  default_prompt_name: z.string().nullish(),
})

/**
 * Reads modules.json and what it leads to.
 * @throws LLimitError MODEL_BROKEN, naming the file and the field, for what is damaged or computes something unsupported.
 */
export async function readLayout(directory: string): Promise<SentenceLayout> {
  const modules = await readFileOf(directory, 'modules.json', modulesSchema)
  const kinds = modules.map(({ type }) => classOf(type))
  const unknown = kinds.filter((kind) => !MODULES.includes(kind))
  if (unknown.length > 0) {
    const message = `expected modules of the types ${MODULES.join(', ')}, got ${unknown.join(', ')}`
    throw broken('modules.json', message)
  }
  const [transformer, pooling, ...rest] = modules
  const isInOrder = kinds[0] === 'Transformer' && kinds[1] === 'Pooling' && !rest.some(isNotNormalize)
  if (transformer === undefined || pooling === undefined || !isInOrder) {
    const message = `expected Transformer, Pooling, then Normalize or nothing, got ${kinds.join(', ') || 'none'}`
    throw broken('modules.json', message)
  }
  const poolingFolder = folderOf(directory, pooling.path ?? '1_Pooling')
  const prompt = await readPrompt(directory)
  return {
    transformer: folderOf(directory, transformer.path ?? ROOT_FOLDER),
    poolingFolder,
    pooling: await readPooling(directory, path.join(poolingFolder, 'config.json'), prompt),
    normalize: rest.length > 0,
    prompt,
  }
}

/** Classes of sentence-transformers that are supported. */
const MODULES = ['Transformer', 'Pooling', 'Normalize']

/** Modules are listed by class name; newer versions moved the classes to other packages. */
export function classOf(type: string): string {
  return type.slice(type.lastIndexOf('.') + 1)
}

function isNotNormalize({ type }: { type: string }): boolean {
  return classOf(type) !== 'Normalize'
}

/** The path comes from the encoder's own directory; one that leads out of it would read files of others. */
export function folderOf(directory: string, folder: string): string {
  const relative = path.relative(directory, path.join(directory, folder))
  if (!relative.startsWith('..') && !path.isAbsolute(relative)) return relative
  throw broken('modules.json', `expected a path inside the directory, got ${quote(folder)}`)
}

async function readPooling(directory: string, file: string, prompt: string): Promise<Pooling> {
  const { pooling_mode, include_prompt, ...legacy } = await readFileOf(directory, file, poolingSchema)
  const named = pooling_mode === undefined ? undefined : [pooling_mode].flat()
  const switchedOn = Object.entries(LEGACY_MODES).flatMap(([name, mode]) =>
    legacy[name as keyof typeof LEGACY_MODES] ? [mode] : [],
  )
  const modes = named ?? switchedOn
  const [mode, ...others] = modes
  if ((mode !== 'mean' && mode !== 'cls') || others.length > 0) {
    const field = named === undefined ? '' : 'pooling_mode: '
    const got = modes.join(', ') || 'neither'
    throw broken(file, `${field}expected exactly one of the pooling modes "cls" and "mean", got ${got}`)
  }
  if (!include_prompt && prompt !== '') {
    const message = `include_prompt: expected true, since ${quote(prompt)} is put before every prompt, got false, which is not supported`
    throw broken(file, message)
  }
  return mode
}

/**
 * The text that sentence-transformers puts before every text for which nobody names a prompt.
 * @throws LLimitError MODEL_BROKEN if it is named and not there.
 */
export async function readPrompt(directory: string): Promise<string> {
  const file = 'config_sentence_transformers.json'
  const { prompts, default_prompt_name: name } = await readFileOf(directory, file, promptSchema, {})
  if (name === undefined || name === null) return NO_PROMPT
  if (prompts === undefined || prompts === null || !Object.hasOwn(prompts, name)) {
    const known =
      Object.keys(prompts ?? {})
        .map(quote)
        .join(', ') || 'none'
    throw broken(file, `default_prompt_name: expected one of the prompts ${known}, got ${quote(name)}`)
  }
  const prompt = prompts[name]
  return typeof prompt === 'string' ? prompt : NO_PROMPT
}

function readFileOf<S extends z.ZodType>(
  directory: string,
  file: string,
  schema: S,
  absent?: unknown,
): Promise<z.infer<S>> {
  const origin = { name: `${file} of the encoder`, code: 'MODEL_BROKEN', absent } as const
  return readJsonFile(path.join(directory, file), schema, origin)
}

function broken(file: string, fault: string): LLimitError {
  return new LLimitError('MODEL_BROKEN', `${file} of the encoder: ${fault}`)
}
