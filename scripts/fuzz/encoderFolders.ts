import { readEncoderSpec } from '../../src/encoder/directory.js'
import { pack } from '../../src/encoder/packing.js'
import { readReference, referenceBounds } from '../../src/encoder/reference.js'
import { StaticEncoder } from '../../src/encoder/static/staticEncoder.js'
import { isStaticEncoder } from '../../src/encoder/static/staticSpec.js'
import { openTfjs } from '../../src/encoder/tfjs/tfjsEngine.js'
import { EncoderFactsCache } from '../../src/embedding/encoderFacts.js'
import { openTokenizer } from '../../src/tokenizer/tokenizer.js'
import { mutateFiles } from './mutateFiles.js'
import type { Files } from './mutateFiles.js'
import type { Target } from './target.js'

const PROMPT = 'A cat of the dog x.'

/**
 * Encoder directories, opened as the server does and asked for one vector.
 * A TensorFlow.js backend must have been started.
 */
export function encoderFolders(ofStatic: Files, ofBert: Files): Target[] {
  const common = { codes: ['MODEL_BROKEN'], mutate: mutateFiles, read: encodeOnce } as const
  return [
    { ...common, name: 'static encoder', seeds: [ofStatic] },
    { ...common, name: 'BERT encoder', seeds: [ofBert] },
  ]
}

async function encodeOnce(folder: string): Promise<void> {
  const facts = new EncoderFactsCache()
  if (await isStaticEncoder(folder)) {
    const encoder = await StaticEncoder.open(folder, await facts.filesOf(folder))
    await facts.of(folder)
    encoder.encode(PROMPT)
    return
  }
  await facts.of(folder)
  const spec = await readEncoderSpec(folder)
  const tokenizer = await openTokenizer(spec.transformerDirectory, spec.prompt)
  const engine = await openTfjs(spec)
  try {
    const reference = await readReference(folder, referenceBounds(spec.bert))
    if (reference.length > 0) await engine.encode(pack(reference.map(({ ids }) => Int32Array.from(ids))))
    await engine.encode(pack([tokenizer.encode(PROMPT).ids]))
  } finally {
    await engine.dispose()
  }
}
