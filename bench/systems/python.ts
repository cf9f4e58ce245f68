import { z } from 'zod'

import { messageOf } from '../../src/errors.js'
import { runProcess } from '../runProcess.js'

const SCRIPT = `
import importlib.metadata, json, platform, sys
print(json.dumps({"python": platform.python_version(), **{name: importlib.metadata.version(name) for name in sys.argv[1:]}}))`

/**
 * Versions of packages in a Python environment, with that of Python itself.
 * @returns the reason, as text, if the environment or one of the packages is missing.
 */
export async function pythonVersions(
  python: string,
  packages: readonly string[],
): Promise<Record<string, string> | string> {
  try {
    const printed = await runProcess(python, ['-c', SCRIPT, ...packages])
    return z.record(z.string(), z.string()).parse(JSON.parse(printed))
  } catch (error) {
    return messageOf(error)
  }
}
