import { z } from 'zod'

import type { Card } from '../../card.js'

/** What is read of the recipe in a card, which other versions of this program may have written. */
const recipeSchema = z.object({ data: z.object({ dev_share: z.number().gt(0).lt(1) }) })

/**
 * The share of the prompts that the training of a model held out if its data named no split; undefined if its card does
 * not say.
 */
export function devShareOf({ training }: Pick<Card, 'training'>): number | undefined {
  return recipeSchema.safeParse(training?.recipe).data?.data.dev_share
}
