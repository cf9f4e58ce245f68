import { readdir, readFile, stat } from 'node:fs/promises'

import type { z } from 'zod'

import { codeOf, isPassingFailure, LLimitError, messageOf } from './errors.js'
import type { ErrorCode } from './errors.js'
import { describeIssues } from './validation.js'

/** How the faults of a JSON text are reported. */
interface Origin {
  /** The file as messages call it: without its folder, which is nobody's business but this machine's. */
  name: string
  code: ErrorCode
}

interface FileOrigin extends Origin {
  /** The JSON value that stands for a file that is not there; without it such a file is a fault. */
  absent?: unknown
}

/**
 * Reads a JSON file and checks it.
 * @throws LLimitError with the given code, naming the file, and the field with what is expected there and what it is.
 */
export async function readJsonFile<S extends z.ZodType>(
  file: string,
  schema: S,
  { absent, ...origin }: FileOrigin,
): Promise<z.infer<S>> {
  try {
    return parseJson((await readBytes(file, origin)).toString('utf8'), schema, origin)
  } catch (error) {
    const isAbsent = error instanceof LLimitError && codeOf(error.cause) === 'ENOENT'
    if (isAbsent && absent !== undefined) return checkJson(absent, schema, origin)
    throw error
  }
}

/** Of JSON: that of a multilingual tokenizer has 20 MB, and what is parsed takes up to twenty times as much memory. */
const MAX_JSON_BYTES = 64 * 2 ** 20

/** The bytes of a file, of JSON unless it may be larger; throws as `readJsonFile` does. */
export async function readBytes(
  file: string,
  { name, code }: Origin,
  maxBytes = MAX_JSON_BYTES,
): Promise<Buffer> {
  try {
    // What a person names may be a pipe, and is read once.
    if (code === 'MODEL_BROKEN') await checkRegularFile(file, name, maxBytes)
    const bytes = await readFile(file)
    const fault = pointerFault(bytes)
    if (fault !== undefined) throw new LLimitError(code, `${name}: ${fault}`)
    return bytes
  } catch (cause) {
    if (cause instanceof LLimitError) throw cause
    if (codeOf(cause) === 'ENOENT')
      throw new LLimitError(code, `${name}: expected a file, found none`, { cause })
    throw unreadable(name, cause, code)
  }
}

/**
 * To be asked before a file of a saved model or encoder is opened: to open a pipe waits for whoever writes to it, and a few that
 * wait leave no thread for any other file; a device may never end.
 * @throws LLimitError MODEL_BROKEN for what is neither a file nor a folder, and for a file of more bytes; whatever `stat` fails with.
 */
export async function checkRegularFile(file: string, name: string, maxBytes = Infinity): Promise<void> {
  const found = await stat(file)
  // To read a folder fails at once, and says so.
  if (!found.isFile() && !found.isDirectory())
    throw new LLimitError('MODEL_BROKEN', `${name}: expected a regular file, got a pipe or a device`)
  if (found.size > maxBytes)
    throw new LLimitError('MODEL_BROKEN', `${name}: expected at most ${maxBytes} bytes, got ${found.size}`)
}

/** Whether a file or folder is not there, which nothing but this says: a failure of another kind may be over soon. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].some((code) => code === codeOf(error))
}

/**
 * The names in a folder; none if there is no such folder, and nothing else means that.
 * @param name of the folder, as messages call it
 * @throws LLimitError ENGINE_UNAVAILABLE for a failure that passes, such as file descriptors that are used up; MODEL_BROKEN.
 */
export async function namesIn(directory: string, name: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (cause) {
    if (isMissing(cause)) return []
    throw unreadable(name, cause)
  }
}

/** Of a file or folder that is there. */
export function unreadable(name: string, cause: unknown, code: ErrorCode = 'MODEL_BROKEN'): LLimitError {
  if (isPassingFailure(cause))
    return new LLimitError('ENGINE_UNAVAILABLE', `${name} cannot be read now; try again`, { cause })
  // Messages of the file system carry the whole path; its code says as much.
  const reason = codeOf(cause) ?? messageOf(cause)
  return new LLimitError(code, `${name}: cannot be read (${reason})`, { cause })
}

/** What Git leaves in place of a large file that it keeps elsewhere, until somebody fetches it. */
const POINTER_START = 'version https://git-lfs.github.com/spec/'
const MAX_POINTER_BYTES = 1024

/** Says that bytes are not those of a file but a pointer to it; undefined if they are not. */
export function pointerFault(bytes: Buffer): string | undefined {
  if (bytes.length > MAX_POINTER_BYTES || !bytes.toString('latin1').startsWith(POINTER_START))
    return undefined
  const size = /^size (\d+)$/m.exec(bytes.toString('latin1'))?.[1]
  const expected = size === undefined ? '' : ` of ${size} bytes`
  return `expected the file itself${expected}, got a pointer of Git LFS; fetch it with "git lfs pull" or download it`
}

/** Parses a JSON text and checks it; throws as `readJsonFile` does. */
export function parseJson<S extends z.ZodType>(text: string, schema: S, origin: Origin): z.infer<S> {
  let value: unknown
  try {
    // Editors write a byte order mark, which JSON does not have.
    value = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (cause) {
    throw new LLimitError(origin.code, `${origin.name}: expected JSON: ${messageOf(cause)}`, { cause })
  }
  return checkJson(value, schema, origin)
}

/** Checks a JSON value; throws as `readJsonFile` does. */
export function checkJson<S extends z.ZodType>(value: unknown, schema: S, origin: Origin): z.infer<S> {
  try {
    const parsed = schema.safeParse(value, { reportInput: true })
    if (parsed.success) return parsed.data
    throw new LLimitError(origin.code, `${origin.name}: ${describeIssues(parsed.error, 'the value')}`)
  } catch (cause) {
    // Any JSON may stand in some fields, and a schema of any JSON calls itself.
    if (!(cause instanceof RangeError)) throw cause
    throw new LLimitError(origin.code, `${origin.name}: expected JSON that is less deeply nested`, { cause })
  }
}
