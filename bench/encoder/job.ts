import { z } from 'zod'

/** What an encoder is to compute, already tokenized: the same for every engine and for PyTorch. */
export interface EncodeJob {
  /** Several sets of batches; a batch is a list of prompts, a prompt a list of token ids. */
  sets: number[][][][]
  /** Timed passes over each set, after one that is not timed. */
  repeats: number
}

/** What an encoder's process prints as its last line. */
export const encodeReport = z.object({
  /** Milliseconds of each pass over each set. */
  ms: z.array(z.array(z.number())),
})
export type EncodeReport = z.infer<typeof encodeReport>
