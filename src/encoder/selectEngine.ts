import { createRequire } from 'node:module'

import { LLimitError, messageOf } from '../errors.js'
import { Thread } from '../thread/thread.js'
import type { EnginePreference } from '../config/config.js'
import { engineFacts, ENGINES } from '../engines.js'
import type { EngineName } from '../engines.js'
import { SELF_TEST_FAILED } from './check.js'
import type { EncoderSpec } from './directory.js'
import { REFERENCE_FILE } from './reference.js'
import { findWeights } from './weightSource.js'
import type { EncoderCalls, EngineChoice, OpenedEngine } from './worker.js'

export interface RejectedEngine extends EngineChoice {
  reason: string
  /** False if nothing is wrong: it is optional, and nobody has installed it. */
  isInstalled: boolean
}

/** An engine that works, in its thread. */
export interface OpenThread {
  thread: Thread<EncoderCalls>
  opened: OpenedEngine
}

/** How threads of engines run, and listeners to what happens to them while one is selected and afterwards. */
export interface EngineOptions {
  /** By how much their priority is lower than that of the process, see `lowerPriority`. Default: 0. */
  nice?: number
  /** Every engine that is not used, with its reason: does not load, computes something else, is slower. */
  onRejected?: (rejected: RejectedEngine) => void
  /** The thread of the engine that is used has ended by itself; the next call gets another. */
  onLost?: (reason: string) => void
}

/** Native TensorFlow keeps state that is not safe in two threads, so one encoder of a process has it. */
let tensorflowIsTaken = false

/**
 * Opens the fastest engine that reproduces the encoder's reference vectors on this machine, in the precision asked for
 * or in fp32 if that is as fast or the only one that works.
 * @throws LLimitError ENGINE_UNAVAILABLE with all reasons if none works; MODEL_BROKEN if the files of the encoder are at fault.
 */
export async function selectEngine(
  spec: EncoderSpec,
  preference: EnginePreference,
  { onRejected, ...options }: EngineOptions = {},
): Promise<OpenThread> {
  const reasons: string[] = []
  const reject = (choice: EngineChoice, reason: string) => {
    reasons.push(`${nameOf(choice)}: ${reason}`)
    onRejected?.({ ...choice, reason, isInstalled: isInstalled(choice.engine) })
  }
  for (const choices of choicesFor(preference)) {
    const working = await openAll(spec, choices, { ...options, reject })
    const [best, ...slower] = working.sort((a, b) => cost(a.opened) - cost(b.opened))
    if (best === undefined) continue
    for (const { thread, opened } of slower) {
      reject(opened, `slower: ${timesOf(opened)} vs ${timesOf(best.opened)}`)
      await thread.close()
    }
    return best
  }
  const list = reasons.join('; ')
  if (!reasons.some((reason) => reason.includes(SELF_TEST_FAILED)))
    throw new LLimitError('ENGINE_UNAVAILABLE', `No engine works here (${list})`)
  const message = `Expected an engine to give the vectors of ${REFERENCE_FILE} of the encoder, got none (${list}); install it again`
  throw new LLimitError('MODEL_BROKEN', message)
}

function isBroken(error: unknown): boolean {
  return error instanceof LLimitError && error.code === 'MODEL_BROKEN'
}

/**
 * One engine in a thread of its own; a thread that replaces it after a crash opens the same engine.
 * @throws LLimitError ENGINE_UNAVAILABLE if it does not work here, or is TensorFlow and in use by another thread.
 */
export async function openThread(
  spec: EncoderSpec,
  choice: EngineChoice,
  { onLost, nice }: Pick<EngineOptions, 'onLost' | 'nice'> = {},
): Promise<OpenThread> {
  // Found here, before a thread has been started in vain.
  if (!isInstalled(choice.engine)) {
    throw new LLimitError('ENGINE_UNAVAILABLE', 'is not installed; "npm run build-native" builds it')
  }
  const isTensorflow = choice.engine === 'tensorflow'
  if (isTensorflow && tensorflowIsTaken) throw taken()
  tensorflowIsTaken ||= isTensorflow
  let opened: OpenedEngine | undefined
  const thread = new Thread<EncoderCalls>({
    title: 'The encoder',
    script: new URL('./worker.js', import.meta.url),
    setUp: async (call) => {
      // One that takes the place of another computes the same vectors, which caches hold.
      if (opened !== undefined) await checkUnchanged(spec)
      opened = await call('open', { spec, choice })
    },
    // ONNX Runtime and TensorFlow abort the process if they are ended inside.
    isInterruptible: choice.engine === 'wasm' || choice.engine === 'cpu',
    onClosed: () => {
      if (isTensorflow) tensorflowIsTaken = false
    },
    onLost,
    nice,
  })
  try {
    await thread.start()
  } catch (error) {
    await thread.close()
    throw error
  }
  if (opened === undefined)
    throw new LLimitError('INTERNAL', 'expected the thread to open its engine, got none')
  return { thread, opened }
}

/** @throws LLimitError MODEL_BROKEN */
async function checkUnchanged({ transformerDirectory, sha256 }: EncoderSpec): Promise<void> {
  if ((await findWeights(transformerDirectory)).sha256 === sha256) return
  const message =
    'The weights of the encoder have changed since it was opened; put them back, or restart the server'
  throw new LLimitError('MODEL_BROKEN', message)
}

function isInstalled(engine: EngineName): boolean {
  const { optionalPackages } = engineFacts(engine)
  const { resolve } = createRequire(import.meta.url)
  const isFound = (name: string) => {
    try {
      return resolve(name) !== ''
    } catch {
      return false
    }
  }
  return optionalPackages?.some(isFound) ?? true
}

function taken(): LLimitError {
  return new LLimitError('ENGINE_UNAVAILABLE', 'works in one thread of a process, which another encoder uses')
}

/** What to try, rank by rank: each engine in the preferred precision, then in fp32. */
export function choicesFor({ engine, precision }: EnginePreference): EngineChoice[][] {
  const precisions = precision === 'fp32' ? (['fp32'] as const) : ([precision, 'fp32'] as const)
  const wanted = engine === 'auto' ? ENGINES : [engine]
  const ranks = [...new Set(wanted.map((name) => engineFacts(name).rank))].sort((a, b) => a - b)
  return ranks.map((rank) =>
    wanted
      .filter((name) => engineFacts(name).rank === rank)
      .flatMap((name) => precisions.map((p) => ({ engine: name, precision: p }))),
  )
}

async function openAll(
  spec: EncoderSpec,
  choices: readonly EngineChoice[],
  { reject, ...options }: EngineOptions & { reject: (choice: EngineChoice, reason: string) => void },
): Promise<OpenThread[]> {
  const working: OpenThread[] = []
  // One after the other: engines that are timed at the same moment would time each other.
  for (const choice of choices) {
    // An engine that works in the precision asked for need not show what it does in fp32.
    if (working.some(({ opened }) => opened.engine === choice.engine)) continue
    if (!engineFacts(choice.engine).precisions.includes(choice.precision)) {
      reject(choice, `does not compute in ${choice.precision}`)
      continue
    }
    try {
      working.push(await openThread(spec, choice, options))
    } catch (error) {
      if (isBroken(error)) {
        // The files are at fault, which no other engine reads better.
        for (const { thread } of working) await thread.close()
        throw error
      }
      reject(choice, messageOf(error))
    }
  }
  return working
}

/** The geometric mean weighs a short prompt, one of mean length and a batch alike. */
function cost({ shortMs, singleMs, batchMs }: OpenedEngine): number {
  return Math.cbrt(shortMs * singleMs * batchMs)
}

function timesOf({ shortMs, singleMs, batchMs }: OpenedEngine): string {
  return `1x16 ${shortMs.toFixed(1)} ms, 1x111 ${singleMs.toFixed(1)} ms, 32x32 ${batchMs.toFixed(0)} ms`
}

function nameOf({ engine, precision }: EngineChoice): string {
  return `${engine} ${precision}`
}
