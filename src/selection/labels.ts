import { LLimitError, quote } from '../errors.js'
import type { ErrorCode } from '../errors.js'
import { at, valueAt } from '../numeric/at.js'
import type { RequestTrace } from '../telemetry/requestTrace.js'
import { candidateNamed } from './ranking.js'
import type { PromptRanking, RankObjective, SharedEmbeddings } from './ranking.js'
import type { SelectionService } from './service.js'
import type { Tiers } from './tiers.js'

/** What a question is about. */
interface About {
  /** As `modelFor` says. */
  model: string
  prompt: string
  /** Of all questions of one request about this prompt. */
  shared?: SharedEmbeddings
  /** Is told of the prompt once, by the first question about it. */
  trace?: RequestTrace | undefined
}

/** A choice of one label, each a tier or the name of an LLM. */
interface LabelQuestion extends About {
  /** Each once, in the order in which they count where not all costs are known. */
  labels: readonly string[]
  /** Whether the answer can say that there is no choice without being an error. */
  canAbstain?: boolean
}

interface LabelAnswer {
  choice: string
  /** Label -> probability that the cheapest LLM that succeeds is one of its LLMs; the sum is 1. In the order of the question. */
  probabilities: ReadonlyMap<string, number>
  /** (max p - 1/k) / (1 - 1/k) for k labels, from 0 to 1; 1 for one label. */
  confidence: number
  source: Source
}

/** What an answer rests on. */
export interface Source {
  /** The saved model, with its version. */
  model: string
  /** Of the prompt. */
  inputTokens: number
}

/** A question that is not answered. */
interface Unanswered {
  /** What was expected and what there is; a sentence without its full stop. */
  unanswered: string
  /** The label at fault, if one is. */
  label?: string
}

/** How questions are answered. */
interface LabelSettings {
  tiers: Tiers
  objective: RankObjective
  /** Whether a choice is not made where the card does not believe in it; undefined: in answers that can say so. */
  abstains: boolean | undefined
  defaultModel: string
}

/** What is asked of the service. */
interface Ranked extends About {
  llms: string[]
  objective: RankObjective
  abstains: boolean
}

/** Whose probability is asked for is not chosen. */
const BEST = { objective: { type: 'best' }, abstains: false } as const

type Ranker = Pick<SelectionService, 'rank' | 'describeModel'>

/** Names of saved models that are not ours. */
const NOT_OURS: readonly ErrorCode[] = ['INVALID_MODEL_FORMAT', 'INVALID_MODEL_TYPE', 'MODEL_NOT_FOUND']

/** Answers the questions of gateways, which know labels, by rankings of LLMs. */
export class Labels {
  /** The saved model of a question that names none. */
  readonly defaultModel: string
  readonly #service: Ranker
  readonly #tiers: Tiers
  readonly #objective: RankObjective
  readonly #abstains: boolean | undefined

  constructor(service: Ranker, { tiers, objective, abstains, defaultModel }: LabelSettings) {
    this.#service = service
    this.#tiers = tiers
    this.#objective = objective
    this.#abstains = abstains
    this.defaultModel = defaultModel
  }

  /** Labels that are tiers. */
  get tiers(): readonly string[] {
    return [...this.#tiers.keys()]
  }

  /** Whether the choice is the label with the greatest probability. */
  get isBySufficiency(): boolean {
    return this.#objective.type === 'sufficient'
  }

  /** The saved model that a request names, or the default for any other name: gateways need one of their own. */
  async modelFor(asked: string): Promise<string> {
    if (!asked.includes('/')) return this.defaultModel
    try {
      await this.#service.describeModel(asked)
      return asked
    } catch (error) {
      if (error instanceof LLimitError && NOT_OURS.includes(error.code)) return this.defaultModel
      throw error
    }
  }

  /**
   * Chooses the label of the LLM that the objective chooses. An LLM that several labels stand for counts for the first of them.
   * @throws LLimitError as `SelectionService.rank` does, but for UNKNOWN_LLM.
   */
  async choose(
    { labels, canAbstain = false, ...about }: LabelQuestion,
    signal?: AbortSignal,
  ): Promise<LabelAnswer | Unanswered> {
    const labelOf = new Map<string, string>()
    for (const label of labels) {
      for (const llm of this.#tiers.get(label) ?? [label]) if (!labelOf.has(llm)) labelOf.set(llm, label)
    }
    const ranked = await this.#rank(
      {
        ...about,
        llms: [...labelOf.keys()],
        objective: this.#objective,
        abstains: this.#abstains ?? canAbstain,
      },
      signal,
    )
    if ('unanswered' in ranked) {
      return {
        unanswered: ranked.unanswered,
        ...(ranked.llm !== undefined && { label: valueAt(labelOf, ranked.llm) }),
      }
    }
    const { ranking, source } = ranked
    const { choice, sufficiency } = ranking
    if (sufficiency === undefined) throw new RangeError('expected the sufficiency that was asked for')
    if (choice === null) return { unanswered: noChoice(ranking) }
    const sums = new Map(labels.map((label) => [label, 0]))
    for (const [llm, share] of sufficiency) {
      const label = valueAt(labelOf, llm)
      // Rounding may lead beyond 1.
      sums.set(label, Math.min(1, valueAt(sums, label) + share))
    }
    const chosen = valueAt(labelOf, choice)
    const most = Math.max(...sums.values())
    const likeliest = labels.find((label) => valueAt(sums, label) === most)
    const isTied = valueAt(sums, chosen) === most
    return {
      choice: this.isBySufficiency && !isTied && likeliest !== undefined ? likeliest : chosen,
      probabilities: sums,
      confidence: labels.length === 1 ? 1 : Math.max(0, (most - 1 / labels.length) / (1 - 1 / labels.length)),
      source,
    }
  }

  /**
   * The probability that one LLM succeeds.
   * @throws LLimitError as `choose` does.
   */
  async successOf(
    { llm, ...about }: About & { llm: string },
    signal?: AbortSignal,
  ): Promise<{ probability: number; source: Source } | Unanswered> {
    const ranked = await this.#rank({ ...about, llms: [llm], ...BEST }, signal)
    if ('unanswered' in ranked) return { unanswered: ranked.unanswered }
    const { ranking, source } = ranked
    const [own] = ranking.ranked
    return own === undefined ? { unanswered: noChoice(ranking) } : { probability: own.probability, source }
  }

  /**
   * The tiers with LLMs that the default model does not know, of which no question can be answered.
   * @throws LLimitError as `choose` does.
   */
  async unknownTiers(): Promise<{ tier: string; reason: string }[]> {
    const faults: { tier: string; reason: string }[] = []
    for (const [tier, llms] of this.#tiers) {
      const question = { model: this.defaultModel, prompt: 'warm up', llms: [...llms] }
      const ranked = await this.#rank({ ...question, ...BEST }, undefined)
      if ('unanswered' in ranked) faults.push({ tier, reason: ranked.unanswered })
    }
    return faults
  }

  async #rank(
    { model, prompt, shared, trace, llms, objective, abstains }: Ranked,
    signal: AbortSignal | undefined,
  ): Promise<{ ranking: PromptRanking; source: Source } | { unanswered: string; llm?: string }> {
    // Alone it would stand for every LLM of the saved model.
    if (llms.includes('*')) return { unanswered: 'expected a tier or an LLM, got "*"', llm: '*' }
    const request = {
      model,
      prompts: [prompt],
      ...(shared && { shared }),
      candidates: llms.map((llm) => candidateNamed(llm)),
      objective,
      current: undefined,
      outcomes: new Map<string, number>(),
      outputTokens: null,
      top: 1,
      abstains,
      withSufficiency: true,
    }
    try {
      const isFirst = shared?.found === undefined
      const answer = await this.#service.rank(request, signal, isFirst ? trace : undefined)
      const { prompts, unknown, suggestions, model: answering } = answer
      const [llm] = unknown
      if (llm === undefined) {
        const ranking = at([...prompts], 0)
        return { ranking, source: { model: answering, inputTokens: ranking.input_tokens } }
      }
      const nearest = suggestions.get(llm)?.join(', ')
      const hint =
        nearest === undefined || nearest === '' ? 'no known name is close' : `nearest known names: ${nearest}`
      return { unanswered: `expected a tier or an LLM of ${model}, got ${quote(llm)}; ${hint}`, llm }
    } catch (error) {
      if (!(error instanceof LLimitError) || error.code !== 'UNKNOWN_LLM') throw error
      const { path, message } = at(error.errors, 0)
      const llm = llms.find((_, i) => path === `candidates[${i}]`)
      return { unanswered: message.replace(`${path}: `, ''), ...(llm !== undefined && { llm }) }
    }
  }
}

function noChoice({ reason, fallback, abstained_reason }: PromptRanking): string {
  const message = reason.replace(/\.$/, '')
  // Below the bounds of the card the reason names the fallback.
  const isNamed = fallback === null || abstained_reason !== 'objective'
  return isNamed ? message : `${message}; ${fallback} is the fallback`
}
