import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { z } from 'zod'

import { LLimitError } from '../../errors.js'
import { openSafetensors } from '../../tensor/safetensors.js'
import type { Safetensors } from '../../tensor/safetensors.js'
import { writeSafetensors } from '../../tensor/writeSafetensors.js'
import type { FloatTensor } from '../../tensor/writeSafetensors.js'
import type { Parameters } from '../autodiff/parameters.js'
import type { Progress } from './trainComponent.js'

const STATE_FILE = 'progress.json'

const stateSchema = z.strictObject({
  key: z.string(),
  epoch: z.int(),
  steps: z.int(),
  best: z.strictObject({ epoch: z.int(), devLoss: z.number() }),
  tensors: z.string(),
})

/** Where an interrupted training can be taken up again: a folder that holds the state after the last whole epoch. */
export class ProgressFile {
  readonly #folder: string
  readonly #key: string
  readonly #onTakenUp: (epoch: number) => void

  /**
   * @param key of everything that the training depends on: what was kept with another one is not taken up.
   * @param onTakenUp told of the last epoch of what is taken up.
   */
  constructor(folder: string, key: string, onTakenUp: (epoch: number) => void = () => undefined) {
    this.#folder = folder
    this.#key = key
    this.#onTakenUp = onTakenUp
  }

  /** The tensors first, under a name of their own, then the state that names them: the two never disagree. */
  async write({ epoch, parameters, adam, best }: Progress): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const tensors = `epoch-${epoch}.safetensors`
    const state = {
      key: this.#key,
      epoch,
      steps: adam.steps,
      best: { epoch: best.epoch, devLoss: best.devLoss },
      tensors,
    }
    const groups = {
      parameters,
      best: best.parameters,
      first: like(parameters, adam.first),
      second: like(parameters, adam.second),
    }
    await writeFile(path.join(this.#folder, tensors), writeSafetensors(flatten(groups)))
    const file = path.join(this.#folder, STATE_FILE)
    // A name of its own: the same training may run twice, and the two write the same tensors.
    const fresh = `${file}.${randomUUID()}`
    await writeFile(fresh, JSON.stringify(state))
    await rename(fresh, file)
    if (epoch > 1) await rm(path.join(this.#folder, `epoch-${epoch - 1}.safetensors`), { force: true })
  }

  /** @returns undefined where there is none, or one of another training. */
  async read(): Promise<Progress | undefined> {
    let state: z.infer<typeof stateSchema>
    try {
      state = stateSchema.parse(JSON.parse(await readFile(path.join(this.#folder, STATE_FILE), 'utf8')))
    } catch {
      return undefined
    }
    if (state.key !== this.#key) return undefined
    const groups = await readGroups(path.join(this.#folder, state.tensors))
    const [parameters, best] = [groups.get('parameters'), groups.get('best')]
    const [first, second] = [groups.get('first'), groups.get('second')]
    if (parameters === undefined || best === undefined || first === undefined || second === undefined)
      return undefined
    this.#onTakenUp(state.epoch)
    return {
      epoch: state.epoch,
      parameters,
      adam: { steps: state.steps, first: dataOf(first), second: dataOf(second) },
      best: { ...state.best, parameters: best },
    }
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }
}

function flatten(groups: Record<string, Parameters>): Map<string, FloatTensor> {
  const tensors = new Map<string, FloatTensor>()
  for (const [group, parameters] of Object.entries(groups)) {
    for (const [name, parameter] of parameters) tensors.set(`${group}/${name}`, parameter)
  }
  return tensors
}

/** Group -> its parameters by name; none where the file is not there or not whole. */
async function readGroups(file: string): Promise<Map<string, Map<string, FloatTensor>>> {
  try {
    const tensors = await openSafetensors(file)
    return await groupsOf(tensors).finally(() => tensors.close())
  } catch (error) {
    if (error instanceof LLimitError) return new Map()
    throw error
  }
}

async function groupsOf(tensors: Safetensors): Promise<Map<string, Map<string, FloatTensor>>> {
  const groups = new Map<string, Map<string, FloatTensor>>()
  for (const name of tensors.names) {
    const [group = '', parameter = ''] = name.split('/')
    const members = groups.get(group) ?? new Map<string, FloatTensor>()
    members.set(parameter, { shape: tensors.shape(name), data: await tensors.read(name) })
    groups.set(group, members)
  }
  return groups
}

/** Values by name, in the shapes of the parameters of these names. */
function like(parameters: Parameters, values: ReadonlyMap<string, Float32Array>): Parameters {
  return new Map(
    [...parameters].map(([name, { shape }]) => [
      name,
      { shape, data: values.get(name) ?? new Float32Array() },
    ]),
  )
}

function dataOf(parameters: Parameters): ReadonlyMap<string, Float32Array> {
  return new Map([...parameters].map(([name, { data }]) => [name, data]))
}
