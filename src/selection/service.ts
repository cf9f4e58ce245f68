import type { Logger } from 'winston'

import type { Placement } from '../calibration/regions.js'
import type { CachedEmbedding } from '../embedding/cache/embedding.js'
import { at } from '../numeric/at.js'
import type { LlmRow } from '../numeric/indices.js'
import type { LoadedModel } from '../registry/loadModel.js'
import type { Registry } from '../registry/registry.js'
import type { Metrics } from '../telemetry/metrics.js'
import type { RequestTrace } from '../telemetry/requestTrace.js'
import { mapYielding } from '../thread/mapYielding.js'
import type { KnownNames } from './askedNames.js'
import { detailedScores, knownScoresOf } from './details.js'
import type { Observed, Scored } from './details.js'
import { explainable, withExplanations } from './explainAnswer.js'
import type { KnownLlms } from './knownLlms.js'
import { count, logTruncation } from './counts.js'
import { batchOf, byLlm, levelScores } from './scoreMatrix.js'
import { inputTokensOf } from './inputTokens.js'
import { rowsOfLlms } from './llmRows.js'
import { checkPairs, noProbabilities } from './requestFaults.js'
import { PromptFeatures } from './promptFeatures.js'
import { PromptPlaces } from './promptPlaces.js'
import { planRanking } from './rankPlan.js'
import { summaryOf, summaryOrProblem } from './modelSummaries.js'
import { rankPrompts } from './rankPrompts.js'
import { promptsOf } from './ranking.js'
import type { RankAnswer, RankRequest } from './ranking.js'
import type { Watch } from './shadow/seen.js'
import type {
  DetailedScores,
  InferRequest,
  LlmList,
  ModelDescription,
  ModelSummary,
  NamedScores,
  Scores,
} from './requests.js'

/** The path of a request, behind which tensors live; HTTP and the command line both stand in front of it. */
export interface SelectionService {
  /**
   * Scores every prompt for every LLM.
   * @param signal ends the work early when nobody waits for the answer any more; the promise then rejects.
   * @param trace is told what the request has and where its time goes.
   * @throws LLimitError INVALID_MODEL_FORMAT, INVALID_MODEL_TYPE, MODEL_NOT_FOUND, MODEL_BROKEN, UNKNOWN_LLM,
   * ENGINE_UNAVAILABLE
   */
  infer(request: InferRequest, signal?: AbortSignal, trace?: RequestTrace): Promise<NamedScores>
  /**
   * The same with what is known of each score and prompt; prompts are described even if no LLM is named.
   * @throws LLimitError as `infer` does, and INVALID_REQUEST if the scores of the saved model are not probabilities.
   */
  inferWithDetails(request: InferRequest, signal?: AbortSignal, trace?: RequestTrace): Promise<DetailedScores>
  /**
   * What `inferWithDetails` finds, as it is found.
   * @throws LLimitError as it does.
   */
  observe(request: InferRequest, signal?: AbortSignal): Promise<Observed>
  /**
   * Chooses an LLM for every prompt.
   * @throws LLimitError as `infer` does, and INVALID_REQUEST for what the saved model cannot answer.
   */
  rank(request: RankRequest, signal?: AbortSignal, trace?: RequestTrace): Promise<RankAnswer>
  listModels(): Promise<ModelSummary[]>
  /** @throws LLimitError as `infer` does for the model's name. */
  describeModel(model: string): Promise<ModelDescription>
  /**
   * What is known of the LLMs of a saved model.
   * @throws LLimitError as `describeModel` does.
   */
  listLlms(model: string): Promise<LlmList>
}

/** What follows a request on its way. */
interface Followed {
  signal: AbortSignal | undefined
  trace: RequestTrace | undefined
  /** Is shown it. */
  watch?: Watch | undefined
}

type PromptsToScore = Pick<InferRequest, 'model' | 'prompts' | 'batchSize' | 'embedded'>

interface SelectionOptions {
  log: Logger
  /** Prompts times LLMs of one request. */
  maxPairs: number
  metrics?: Metrics | undefined
  watch?: Watch | undefined
}

/** The path itself: saved model, ids, embeddings, features, scores. */
export class Selection implements SelectionService {
  readonly #registry: Registry
  readonly #features = new PromptFeatures()
  readonly #places = new PromptPlaces()
  readonly #knownLlms: KnownLlms
  readonly #options: SelectionOptions

  constructor(registry: Registry, knownLlms: KnownLlms, options: SelectionOptions) {
    this.#registry = registry
    this.#knownLlms = knownLlms
    this.#options = options
  }

  infer(request: InferRequest, signal?: AbortSignal, trace?: RequestTrace): Promise<NamedScores> {
    return this.#withModel(request.model, { signal, trace }, async (savedModel) => {
      const { rows, resolved } = this.#rowsOf(request, savedModel)
      if (rows.size === 0) return { scores: new Map(), resolved }
      return { scores: (await this.#score(request, savedModel, rows, { signal, trace })).scores, resolved }
    })
  }

  inferWithDetails(
    request: InferRequest,
    signal?: AbortSignal,
    trace?: RequestTrace,
  ): Promise<DetailedScores> {
    return this.#withModel(request.model, { signal, trace }, async (savedModel) => {
      if (savedModel.card.output !== 'probability') throw noProbabilities('details', request.model)
      const { rows, resolved } = this.#rowsOf(request, savedModel)
      const scored = await this.#scoredInDetail(request, savedModel, rows, { signal, trace })
      const details = detailedScores(await knownScoresOf(scored, signal))
      trace?.lap('details')
      return { ...details, resolved }
    })
  }

  rank(request: RankRequest, signal?: AbortSignal, trace?: RequestTrace): Promise<RankAnswer> {
    return this.#withModel(request.model, { signal, trace }, async (savedModel) => {
      const { card, network, embedder } = savedModel
      if (card.output !== 'probability') throw noProbabilities('model', request.model)
      const evidence = request.explains === true ? explainable(savedModel, request.model) : undefined
      const prices = await this.#knownLlms.prices()
      const names = this.#namesOf(request.model, savedModel, request.exactNames)
      const plan = planRanking(request, card, names, prices)
      const scored = await this.#scoredInDetail(promptsOf(request), savedModel, plan.rows, { signal, trace })
      if (request.shared) request.shared.found = { encoder: embedder.identity, prompts: scored.embedded }
      const known = await knownScoresOf(scored, signal)
      const tokens = await inputTokensOf(request.inputTexts ?? request.prompts, signal)
      const answer = await rankPrompts(request, plan, { known, tokens }, card, signal)
      const explained = evidence && withExplanations(answer, plan, scored, { network, evidence }, signal)
      trace?.lap('details')
      return explained ?? answer
    })
  }

  #rowsOf({ model, llms, resolveNames = false }: InferRequest, savedModel: LoadedModel) {
    return rowsOfLlms(llms, this.#namesOf(model, savedModel, !resolveNames))
  }

  /** Converted checkpoints know the LLMs of their data only, by the names that it has. */
  #namesOf(model: string, { card, rows }: LoadedModel, isExact = false): KnownNames {
    const resolves = !isExact && card.training !== undefined
    return { model, rows, resolves, resolver: () => this.#knownLlms.resolverOf(card) }
  }

  /** The saved model stays in memory until `use` has ended. */
  async #withModel<T>(
    model: string,
    { signal, trace }: Followed,
    use: (savedModel: LoadedModel) => Promise<T>,
  ): Promise<T> {
    trace?.lap('read')
    const { savedModel, release } = await this.#registry.acquire(model, signal)
    trace?.lap('load')
    try {
      return await use(savedModel)
    } finally {
      release()
    }
  }

  /** Scores with what details need; for the parameters see `#score`. */
  async #scoredInDetail(
    batch: PromptsToScore,
    savedModel: LoadedModel,
    rows: ReadonlyMap<string, LlmRow>,
    followed: Followed,
  ): Promise<Scored> {
    const { evidence, lengths, embedder } = savedModel
    const scored = await this.#score(batch, savedModel, rows, followed, true)
    return { ...scored, rows, evidence, lengths, maxTokens: embedder.maxTokens }
  }

  /** @param rows LLM -> row of the LLM embedding, in the order of the request */
  async #score(
    { model, prompts, batchSize, embedded: known }: PromptsToScore,
    { card, embedder, evidence, network }: LoadedModel,
    rows: ReadonlyMap<string, LlmRow>,
    { signal, trace, watch = this.#options.watch }: Followed,
    needsPlaces = evidence?.level !== undefined,
  ): Promise<{
    scores: Scores
    embedded: readonly CachedEmbedding[]
    features: Float32Array[]
    places: Placement[] | undefined
  }> {
    checkPairs(prompts.length * rows.size, this.#options.maxPairs)
    const { identity: encoder } = embedder
    const isKnown = known?.encoder === encoder
    const embedded = isKnown ? known.prompts : await embedder.embed(prompts, signal, trace)
    logTruncation(this.#options.log, embedded)
    const features = await mapYielding(
      embedded,
      (embedding, p) => this.#features.of(at(prompts, p), embedding, card.features),
      signal,
    )
    trace?.lap('features')
    const scores = await network.score(batchOf(card, { embedded, features, rows, batchSize }), signal)
    const places =
      evidence !== undefined && needsPlaces ? await this.#places.ofAll(embedded, evidence, signal) : undefined
    if (evidence?.level !== undefined && places !== undefined)
      await levelScores(scores, places, evidence.level, signal)
    trace?.lap('score')
    count(this.#options.metrics, trace, { model, card, embedded, rows, scores, places })
    watch?.(signal, { model, card, encoder, prompts, embedded, rows, scores, places })
    return { scores: byLlm([...rows.keys()], prompts.length, scores), embedded, features, places }
  }

  observe(request: InferRequest, signal?: AbortSignal): Promise<Observed> {
    const followed = { signal, trace: undefined, watch: () => undefined }
    return this.#withModel(request.model, followed, async (savedModel) => {
      const { card, embedder } = savedModel
      if (card.output !== 'probability') throw noProbabilities('model', request.model)
      const { rows, resolved } = this.#rowsOf(request, savedModel)
      const scored = await this.#scoredInDetail(request, savedModel, rows, followed)
      return { scored, resolved, card, encoder: embedder.identity }
    })
  }

  async listModels(): Promise<ModelSummary[]> {
    const models = await this.#registry.cards.names()
    return Promise.all(models.map((model) => summaryOrProblem(model, this.#registry)))
  }

  async describeModel(model: string): Promise<ModelDescription> {
    const found = await this.#registry.find(model)
    return { ...(await summaryOf(model, found, this.#registry)), card: found.card }
  }

  async listLlms(model: string): Promise<LlmList> {
    const { card } = await this.#registry.find(model)
    return { model, version: card.version, llms: await this.#knownLlms.describe(card) }
  }
}
