import { readFileSync } from 'node:fs'
import path from 'node:path'

/** Versions of the packages that are installed in `<directory>/node_modules`; those that are not are left out. */
export function installedVersions(directory: string, packages: readonly string[]): Record<string, string> {
  const found = packages.flatMap((name) => {
    try {
      const manifest: unknown = JSON.parse(
        readFileSync(path.join(directory, 'node_modules', name, 'package.json'), 'utf8'),
      )
      const version = (manifest as { version?: unknown }).version
      return typeof version === 'string' ? [[name, version] as const] : []
    } catch {
      return []
    }
  })
  return Object.fromEntries(found)
}
