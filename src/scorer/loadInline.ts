import type { PromptBatch } from './denseNetwork.js'
import { checkNetwork } from './checkNetwork.js'
import { readCheckedFiles } from './files.js'
import type { NetworkSource } from './files.js'
import { multiplications, readGatedNetwork } from './gatedNetwork.js'
import { InlineNetwork } from './inlineNetwork.js'
import type { LoadedNetwork, Scorer } from './scorer.js'
import { nextTurn } from '../thread/turns.js'

/**
 * Largest request that is scored where it is: a tenth of a second of the main thread, yielding every few milliseconds. A
 * thread with TensorFlow.js takes 0.4 s and 100 MiB to start, and then does a request of one prompt in three times the time.
 */
const MAX_INLINE_MULTIPLICATIONS = 500e6

/**
 * Loads a network for the main thread if it is a gated one; the scorer's thread loads it as well as soon as a request is
 * larger than `limit`. Any other network is the thread's from the beginning.
 * @throws LLimitError as `Scorer.load` does.
 */
export async function loadInline(
  source: NetworkSource,
  scorer: Pick<Scorer, 'load'>,
  limit = MAX_INLINE_MULTIPLICATIONS,
): Promise<LoadedNetwork> {
  const files = await readCheckedFiles(source)
  checkNetwork(files, source.shape)
  // Each of these takes some milliseconds of the thread that answers.
  await nextTurn()
  const network = readGatedNetwork(files)
  await nextTurn()
  const inline =
    network === undefined ? undefined : openInline(() => new InlineNetwork(network, source.calibration))
  if (network === undefined || inline === undefined) return scorer.load(source)
  let inThread: Promise<LoadedNetwork> | undefined
  const { shape } = network
  const isLarge = ({ embeddings, llms }: PromptBatch) =>
    multiplications(network, embeddings.length / shape.embedding, llms.length) > limit
  return {
    shape,
    score: async (batch, signal) => {
      if (!isLarge(batch)) return inline.score(batch, signal)
      inThread ??= scorer.load(source)
      // Its files may have been replaced meanwhile: what is in memory still answers.
      const loaded = await inThread.catch(() => undefined)
      return (loaded ?? inline).score(batch, signal)
    },
    problem: () => undefined,
    dispose: async () => {
      const loaded = await inThread?.catch(() => undefined)
      await loaded?.dispose()
    },
  }
}

/** A processor without vector registers has TensorFlow.js. */
function openInline(open: () => InlineNetwork): InlineNetwork | undefined {
  try {
    return open()
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return undefined
    throw error
  }
}
