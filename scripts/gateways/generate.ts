import { readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'

import { z } from 'zod'

import { runProgram } from './program.js'

const documentSchema = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })

/**
 * Writes a client in Python from the OpenAPI document of a server.
 * @param python of the environment that has openapi-python-client
 * @throws Error if the generator leaves something out.
 */
export async function generatePythonClient(
  python: string,
  { url, work, timeoutMs }: { url: string; work: string; timeoutMs: number },
): Promise<void> {
  const document = path.join(work, 'openapi.json')
  await writeFile(
    document,
    await (await fetch(`${url}/openapi.json`, { signal: AbortSignal.timeout(timeoutMs) })).text(),
  )
  const folder = path.join(work, 'llimit_client')
  const program = path.join(path.dirname(python), 'openapi-python-client')
  const { isOk, output } = await runProgram(
    program,
    ['generate', '--path', document, '--meta', 'none', '--output-path', folder, '--fail-on-warning'],
    {
      cwd: work,
      // It formats by a program next to it.
      env: { PATH: `${path.dirname(python)}${path.delimiter}${process.env['PATH'] ?? ''}` },
      timeoutMs,
    },
  )
  if (!isOk) throw new Error(`expected a client without warnings, got ${output}`)
  const { paths } = documentSchema.parse(JSON.parse(await readFile(document, 'utf8')))
  const operations = Object.values(paths).flatMap((path) => Object.keys(path)).length
  const files = await readdir(path.join(folder, 'api'), { recursive: true, encoding: 'utf8' })
  const modules = files.filter((file) => file.endsWith('.py') && !file.endsWith('__init__.py')).length
  if (modules !== operations) {
    throw new Error(`expected a function for each of ${operations} operations, got ${modules}`)
  }
}
