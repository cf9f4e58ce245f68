import path from 'node:path'

import { z } from 'zod'

import { readJsonFile } from '../jsonFile.js'

const CATALOGUE_FILE = 'llms.json'

const names = z.array(z.string().min(1))

/** What is known of an LLM, whether or not a saved model can score it. What nobody is sure of is left out. */
export const entrySchema = z.strictObject({
  name: z.string().min(1).describe('As saved models call it.'),
  maker: z.exactOptional(z.string()),
  family: z.exactOptional(z.string()),
  released: z
    .exactOptional(z.string().regex(/^20\d\d-\d\d(?:-\d\d)?$/, 'expected YYYY-MM or YYYY-MM-DD'))
    .describe('Year and month, or the day.'),
  context_limit: z.exactOptional(z.int().positive()).describe('Tokens that it reads at most.'),
  aliases: z
    .exactOptional(names)
    .describe('Other names. One that moves from LLM to LLM, such as `...-latest`, may stand at several.'),
  providers: z.exactOptional(z.record(z.string(), names)).describe('Provider -> its names there.'),
})
const catalogueSchema = z.array(entrySchema)

export type CatalogueEntry = z.infer<typeof entrySchema>

/** Name -> what is known of the LLM. */
export type Catalogue = ReadonlyMap<string, CatalogueEntry>

/**
 * Reads `llms.json` of each folder that has one.
 * @param folders an entry of an earlier one counts before that of a later one
 * @throws LLimitError INVALID_FILE naming the field.
 */
export async function readCatalogue(folders: readonly string[]): Promise<Catalogue> {
  const read = (folder: string) =>
    readJsonFile(path.join(folder, CATALOGUE_FILE), catalogueSchema, {
      name: CATALOGUE_FILE,
      code: 'INVALID_FILE',
      absent: [],
    })
  const files = await Promise.all([...new Set(folders)].map(read))
  return new Map(
    files
      .reverse()
      .flat()
      .map((entry) => [entry.name, entry]),
  )
}
