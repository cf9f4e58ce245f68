import path from 'node:path'

import { readCatalogue } from '../../src/catalogue/catalogue.js'
import type { Catalogue } from '../../src/catalogue/catalogue.js'
import { repositoryRoot } from '../repository.js'

export function shippedCatalogue(): Promise<Catalogue> {
  return readCatalogue([path.join(repositoryRoot, 'saved_models')])
}
