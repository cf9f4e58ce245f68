import { createWriteStream } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'

import { openPromise } from 'yauzl'

import { run } from './command.js'

/** Any Python may download; the libraries inside are the same for each. */
const WHEELS_FOR = ['--implementation', 'cp', '--python-version', '3.12', '--abi', 'cp312', '--abi', 'none']

/** Wheels built for these or older Linux systems run on Debian 12 and what is newer. */
const PLATFORMS = ['manylinux_2_28', 'manylinux_2_27', 'manylinux_2_17', 'manylinux2014', 'manylinux_2_12']

/**
 * Downloads wheels, without what they depend on, from the registry that pip is set up for.
 * @param requirements such as `tensorflow-cpu==2.21.0`
 * @returns paths of the files
 */
export async function downloadWheels(requirements: readonly string[], folder: string): Promise<string[]> {
  const platforms = PLATFORMS.flatMap((platform) => ['--platform', `${platform}_x86_64`])
  const options = ['--quiet', '--no-deps', '--only-binary=:all:', ...WHEELS_FOR, ...platforms]
  await run('python3', ['-m', 'pip', 'download', ...options, '--dest', folder, ...requirements])
  const files = await readdir(folder)
  return files.filter((file) => file.endsWith('.whl')).map((file) => path.join(folder, file))
}

/** Unpacks the files of a wheel for which `place` gives a path, there. */
export async function unpackWheel(wheel: string, place: (name: string) => string | undefined): Promise<void> {
  const zip = await openPromise(wheel)
  for await (const entry of zip.eachEntry()) {
    const target = entry.fileName.endsWith('/') ? undefined : place(entry.fileName)
    if (target === undefined) continue
    await mkdir(path.dirname(target), { recursive: true })
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target))
  }
}

/** The requirements that a wheel lists under one of its extras. */
export async function requirementsOf(wheel: string, extra: string): Promise<string[]> {
  const zip = await openPromise(wheel)
  for await (const entry of zip.eachEntry()) {
    if (!entry.fileName.endsWith('.dist-info/METADATA')) continue
    return parseRequirements(await text(await zip.openReadStreamPromise(entry)), extra)
  }
  return []
}

/** Lines such as `Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"`. */
export function parseRequirements(metadata: string, extra: string): string[] {
  const lines = metadata.matchAll(/^Requires-Dist: *([^;\n]+?) *; *extra *== *["']([^"']+)["'] *$/gm)
  return [...lines].filter((line) => line[2] === extra).map((line) => line[1] ?? '')
}
