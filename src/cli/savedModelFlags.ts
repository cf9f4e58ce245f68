import { z } from 'zod'

import { isSavedModelName } from '../savedModel/names.js'
import { flag } from './commandLine/flags.js'

/** The name of a saved model that is written; it becomes the name of a folder. */
export function savedModelName() {
  const rule = 'expected at most 200 letters, digits, "_", "-" and ".", a letter or digit first'
  return flag(
    z.string().refine(isSavedModelName, { error: rule }),
    'name',
    'the saved model becomes dense_network/<name>',
  )
}

/** A saved model that is read. */
export function savedModel() {
  return flag(z.string(), 'model', 'the saved model, such as dense_network/default')
}

/** A saved model of which a next version is written, or the latest one is meant. */
export function latestSavedModel() {
  return flag(
    z.string().refine((model) => !/@\d+$/.test(model), { error: 'expected the latest version, without "@"' }),
    'model',
    'the saved model, such as dense_network/my-model',
  )
}

/** Where a saved model is written to. */
export function savedModelsFolder() {
  return flag(
    z.string().min(1).optional(),
    'folder',
    'folder of saved models (environment: LLIMIT_SAVED_MODELS; default: the shipped one)',
  )
}
