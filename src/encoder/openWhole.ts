import { LLimitError } from '../errors.js'
import { stampOfFolder } from '../failures/stamps.js'

/**
 * Opens something that is made of several files of a folder, read one after another, and maybe by several threads.
 * @param close gives back what was made of files of which some may be older than others
 * @throws LLimitError ENGINE_UNAVAILABLE if one of the files was changed meanwhile; what `open` throws.
 */
export async function openWhole<T>(
  directory: string,
  open: () => Promise<T>,
  close: (opened: T) => Promise<void>,
): Promise<T> {
  const before = await stampOfFolder(directory)
  const opened = await open()
  if ((await stampOfFolder(directory)) === before) return opened
  await close(opened)
  const message = 'Files of the encoder were changed while it was opened; try again when they are all there'
  throw new LLimitError('ENGINE_UNAVAILABLE', message)
}
