import { ENGINES } from '../../src/config.js'
import type { OpenEngine } from '../../src/encoder/engine.js'
import { OPEN_ENGINE } from '../../src/encoder/openEngine.js'
import { LLimitError } from '../../src/errors.js'

/** @throws LLimitError INVALID_REQUEST for a name that no engine has. */
export function engineNamed(name: string): OpenEngine {
  const known = ENGINES.find((engine) => engine === name)
  if (known === undefined) {
    throw new LLimitError('INVALID_REQUEST', `there is no engine "${name}"; there are ${ENGINES.join(', ')}`)
  }
  return OPEN_ENGINE[known]
}
