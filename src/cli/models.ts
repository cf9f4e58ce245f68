import { z } from 'zod'

import { readConfig } from '../config/config.js'
import { LLimitError } from '../errors.js'
import { listSavedModels } from '../savedModel/listing.js'
import { isSavedModelName, MODEL_TYPES, splitVersion } from '../savedModel/names.js'
import { activate, describeVersions, remove, rollback } from '../savedModel/versions.js'
import type { VersionOnDisk } from '../savedModel/versions.js'
import { defineCommand } from './commandLine/command.js'
import { flag, settingFlags } from './commandLine/flags.js'
import type { Terminal } from './commandLine/terminal.js'

const ACTIONS = ['list', 'activate', 'rollback', 'remove'] as const

export const command = defineCommand({
  description:
    'Lists the saved models of a folder, or changes which version of one is live, the one that a request gets which names no version. ' +
    'A server that runs follows at once, and answers every request meanwhile.',
  examples: [
    'llimit models list',
    'llimit models activate default@1',
    'llimit models rollback my-model',
    'llimit models remove my-model@2',
  ],
  flags: z
    .object({
      action: flag(
        z.enum(ACTIONS),
        'action',
        'list; activate: make a version the live one; rollback: make the version before the live one live; remove: delete a version',
      ),
      target: flag(
        z.string().optional(),
        'name@version',
        'the saved model, such as my-model or dense_network/my-model, for activate and remove with its version',
      ),
      all: flag(z.boolean().default(false), '', 'remove a saved model with all its versions'),
      ...settingFlags('savedModels'),
    })
    .refine(({ action, target }) => action === 'list' || target !== undefined, '<target> is missing')
    .refine(({ action, target }) => action !== 'list' || target === undefined, 'list takes no <target>'),
  positionals: ['action', 'target'],
  run: async ({ action, target, all, ...flags }, terminal) => {
    const { savedModels: root } = readConfig(flags)
    if (target === undefined) return list(await describeVersions(await listSavedModels(root)), terminal)
    const { place, version } = placeOf(root, target)
    if (action === 'rollback') {
      if (version !== undefined) throw invalid(`rollback takes a name without a version, got ${target}`)
      const { before, now } = await rollback(place)
      terminal.print(`${target}: version ${now} is live (before: ${before})`)
      return { model: target, version: now, before }
    }
    if (action === 'activate') {
      if (version === undefined) throw invalid(`activate takes a version, such as ${target}@1`)
      const before = await activate(place, version)
      terminal.print(`${target} is live${before === undefined ? '' : ` (before: version ${before})`}`)
      return { model: target, version, before: before ?? null }
    }
    if (version === undefined && !all) throw invalid(`remove takes a version, such as ${target}@1, or --all`)
    if (version !== undefined && all) throw invalid('--all takes a name without a version')
    const removed = await remove(place, version ?? 'all')
    for (const folder of removed) terminal.print(`removed ${folder}`)
    return { model: target, removed }
  },
})

function list(versions: readonly VersionOnDisk[], terminal: Terminal): readonly VersionOnDisk[] {
  for (const { model, version, isLive, llms, error } of versions) {
    const what = error ?? `version ${version}, ${llms} LLMs`
    terminal.print(`${model.padEnd(NAME_WIDTH)} ${isLive ? 'live' : '    '}  ${what}`)
  }
  return versions
}

const NAME_WIDTH = 40

/** @throws LLimitError INVALID_ARGUMENT for what can be no saved model. */
function placeOf(root: string, target: string) {
  const { name: whole, version } = splitVersion(target)
  const [first, ...rest] = whole.split('/')
  const type = MODEL_TYPES.find((known) => known === first)
  const [name, ...more] = type === undefined ? [first, ...rest] : rest
  if (name === undefined || more.length > 0 || !isSavedModelName(name)) {
    throw invalid(`expected a saved model such as my-model or dense_network/my-model@1, got ${target}`)
  }
  return { place: { root, type: type ?? DEFAULT_TYPE, name }, version }
}

const DEFAULT_TYPE = 'dense_network'

function invalid(message: string): LLimitError {
  return new LLimitError('INVALID_ARGUMENT', message)
}
