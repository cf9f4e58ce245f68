import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { z } from 'zod'

import { LLimitError } from '../../errors.js'
import { readJsonFile } from '../../jsonFile.js'
import { makeFolder } from '../../makeFolder.js'
import { valueAt } from '../../numeric/at.js'
import { openSafetensors } from '../../tensor/safetensors.js'
import { writeSafetensors } from '../../tensor/writeSafetensors.js'
import type { Parameter, Parameters } from '../autodiff/parameters.js'
import type { Checkpoint } from './checkpoint.js'

const STATE_FILE = 'checkpoint.json'

/** Counts up when the meaning of a field or the name of a parameter changes. */
const FORMAT = 2

const stateSchema = z.strictObject({
  format: z.literal(FORMAT),
  key: z.string(),
  epoch: z.int(),
  steps: z.int(),
  best: z.strictObject({ epoch: z.int(), devLoss: z.number() }),
  /** Name of the file in the same folder that has the tensors. */
  tensors: z.string(),
})
type State = z.infer<typeof stateSchema>

/** Four values for each parameter: itself, after the best epoch, and its two moments in Adam. */
const GROUPS = ['parameters', 'best', 'first', 'second'] as const
type Groups = Record<(typeof GROUPS)[number], Parameters>

interface CheckpointEvents {
  /** Told of the last epoch of what is resumed. */
  onResume?: (epoch: number) => void
  /** Told why a checkpoint cannot be used: the training starts over. */
  onDiscard?: (reason: string) => void
}

/** Where an interrupted training can be resumed from: a folder that holds the state after the last whole epoch. */
export class CheckpointFile {
  readonly #folder: string
  readonly #key: string
  readonly #events: CheckpointEvents

  /** @param key of everything that the training depends on: what was written with another one is not resumed. */
  constructor(folder: string, key: string, events: CheckpointEvents = {}) {
    this.#folder = folder
    this.#key = key
    this.#events = events
  }

  /** The tensors first, under a name of their own, then the state that names them: the two never disagree. */
  async write({ epoch, parameters, adam, best }: Checkpoint): Promise<void> {
    await makeFolder(this.#folder)
    const groups: Groups = {
      parameters,
      best: best.parameters,
      first: withValues(parameters, adam.first),
      second: withValues(parameters, adam.second),
    }
    const state: State = {
      format: FORMAT,
      key: this.#key,
      epoch,
      steps: adam.steps,
      best: { epoch: best.epoch, devLoss: best.devLoss },
      tensors: tensorsFile(epoch),
    }
    await writeFile(path.join(this.#folder, state.tensors), writeSafetensors(flatten(groups)))
    const file = path.join(this.#folder, STATE_FILE)
    // A name of its own: the same training may run twice, and the two write the same tensors.
    const fresh = `${file}.${randomUUID()}`
    await writeFile(fresh, JSON.stringify(state))
    await rename(fresh, file)
    if (epoch > 1) await rm(path.join(this.#folder, tensorsFile(epoch - 1)), { force: true })
  }

  /** @returns undefined if there is none that can be used: none was written, it is of another training, or it is damaged. */
  async read(): Promise<Checkpoint | undefined> {
    let checkpoint: Checkpoint | undefined
    try {
      checkpoint = await this.#readChecked()
    } catch (error) {
      if (!(error instanceof LLimitError)) throw error
      this.#events.onDiscard?.(error.message)
      return undefined
    }
    if (checkpoint !== undefined) this.#events.onResume?.(checkpoint.epoch)
    return checkpoint
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** @throws LLimitError INVALID_FILE or MODEL_BROKEN if it is damaged. */
  async #readChecked(): Promise<Checkpoint | undefined> {
    const state = await readJsonFile(path.join(this.#folder, STATE_FILE), stateSchema.nullable(), {
      name: STATE_FILE,
      code: 'INVALID_FILE',
      absent: null,
    })
    if (state?.key !== this.#key) return undefined
    const { parameters, best, first, second } = await readGroups(path.join(this.#folder, state.tensors))
    return {
      epoch: state.epoch,
      parameters,
      adam: { steps: state.steps, first: valuesOf(first), second: valuesOf(second) },
      best: { ...state.best, parameters: best },
    }
  }
}

function tensorsFile(epoch: number): string {
  return `epoch-${epoch}.safetensors`
}

/** @throws LLimitError INVALID_FILE if a group is missing, MODEL_BROKEN if the file is not there or not whole. */
async function readGroups(file: string): Promise<Groups> {
  const tensors = await openSafetensors(file)
  try {
    const groups = new Map<string, Map<string, Parameter>>(GROUPS.map((group) => [group, new Map()]))
    for (const name of tensors.names) {
      const slash = name.indexOf('/')
      const parameter = { shape: tensors.shape(name), data: await tensors.read(name) }
      groups.get(name.slice(0, slash))?.set(name.slice(slash + 1), parameter)
    }
    const groupOf = (group: keyof Groups) => {
      const parameters = valueAt(groups, group)
      if (parameters.size > 0) return parameters
      throw new LLimitError('INVALID_FILE', `${file}: expected tensors "${group}/…", got none`)
    }
    return {
      parameters: groupOf('parameters'),
      best: groupOf('best'),
      first: groupOf('first'),
      second: groupOf('second'),
    }
  } finally {
    await tensors.close()
  }
}

function flatten(groups: Groups): Map<string, Parameter> {
  const named = (group: keyof Groups) =>
    [...groups[group]].map(([name, parameter]) => [`${group}/${name}`, parameter] as const)
  return new Map(GROUPS.flatMap(named))
}

/** Values by name, in the shapes of the parameters of these names. */
function withValues(parameters: Parameters, values: ReadonlyMap<string, Float32Array>): Parameters {
  return new Map([...parameters].map(([name, { shape }]) => [name, { shape, data: valueAt(values, name) }]))
}

function valuesOf(parameters: Parameters): ReadonlyMap<string, Float32Array> {
  return new Map([...parameters].map(([name, { data }]) => [name, data]))
}
