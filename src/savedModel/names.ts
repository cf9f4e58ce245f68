/** Between the name of a saved model and a version of it: `default@1`. */
const SEPARATOR = '@'

/** A folder of saved models as its name reads. */
export interface VersionedName {
  name: string
  /** Undefined where the folder is called by the name alone. */
  version: number | undefined
}

/** Whether a saved model may be written under this name: it becomes the name of a folder, and versions take the `@`. */
export function isSavedModelName(name: string): boolean {
  return /^[A-Za-z0-9][\w.-]*$/.test(name)
}

/** The folder of an older version, which lies beside the latest one. */
export function versionFolder(name: string, version: number): string {
  return `${name}${SEPARATOR}${version}`
}

/** `default@1` -> default, 1. Whatever does not end in a version is a name as it stands, also `a@` or `a@01`. */
export function splitVersion(folder: string): VersionedName {
  const [, name, digits] = /^(.+)@([1-9]\d{0,8})$/s.exec(folder) ?? []
  if (name === undefined || digits === undefined) return { name: folder, version: undefined }
  return { name, version: Number(digits) }
}
