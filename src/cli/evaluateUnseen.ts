import { readConfig } from '../config.js'
import { createLogger } from '../log.js'
import { matrixOf } from '../numeric/matrix.js'
import { readJudgedData } from '../outcomes/readJudgedData.js'
import { withSplits } from '../outcomes/splits.js'
import { startBackend } from '../tensor/backend.js'
import { openService } from '../wiring.js'
import { cachedEmbeddings } from './embeddings.js'
import { print, runScript } from './run.js'
import { parseOptions } from './training/options.js'
import { crossValidateCategories } from '../experiments/unseenCategories.js'
import { evaluateUnseenLlms } from '../experiments/unseenLlms.js'

const USAGE = `npm run evaluate-unseen -- --outcomes <file>... [--config <recipe.json>] [--seed 1]

Trains a recipe again and again with something left out, and measures it there: whole categories of prompts, in
three folds; and twenty LLMs, added from a few outcomes each. Writes nothing.`

const FOLDS = 3
const LEFT_OUT_LLMS = 20
const SIZES = [0, 10, 20, 50, 200]

await runScript(USAGE, async () => {
  const {
    outcomes,
    recipe,
    seed,
    encoder: name,
  } = await parseOptions([...process.argv.slice(2), '--name', 'unseen'])
  const data = withSplits(await readJudgedData(outcomes), recipe.data.dev_share)
  const service = await openService(readConfig(), createLogger('warn'))
  try {
    const encoder = await service.encoders.get(name)
    const texts = data.outcomes.prompts.map(({ text }) => text)
    const embeddings = matrixOf(await cachedEmbeddings(encoder, name, texts), encoder.dimension)
    await startBackend(['wasm', 'cpu'])

    const folds = await crossValidateCategories({ data, embeddings }, recipe, seed, FOLDS)
    const all = folds.reduce((sum, fold) => sum + fold.outcomes, 0)
    const mean = folds.reduce((sum, fold) => sum + fold.logLoss * fold.outcomes, 0) / all
    print(`unseen categories, left out of training, ${FOLDS} folds of whole categories:`)
    folds.forEach((fold, i) =>
      print(`  fold ${i + 1}: ${fold.prompts} prompts, log loss ${fold.logLoss.toFixed(4)}`),
    )
    print(`  together: ${all} outcomes, log loss ${mean.toFixed(4)}`)

    print(`${LEFT_OUT_LLMS} LLMs left out of training, added from n outcomes each:`)
    for (const { size, logLoss, pairs } of await evaluateUnseenLlms(
      { data, embeddings },
      recipe,
      seed,
      LEFT_OUT_LLMS,
      SIZES,
    )) {
      print(`  n = ${size}: log loss ${logLoss.toFixed(4)}, pairs with known LLMs ${pairs.toFixed(4)}`)
    }
  } finally {
    await service.close()
  }
})
