import type { PromptRanking, RankAnswer } from './api.js'
import { costPlot } from './costPlot.js'
import { button, element } from './elements.js'
import { explanationView } from './explanationView.js'
import { count, dollars, excerpt, percent, probability } from './format.js'
import { lastUserMessage, textOf } from './promptText.js'
import type { Input } from './promptText.js'
import { rankedTable } from './rankedTable.js'
import type { RankBody } from './request.js'

const TOP = 8
/** Of several prompts only the first is open, and of very many these are shown. */
const MAX_CARDS = 100
const EXCERPT = 90
const COLUMNS =
  'Evidence: outcomes of the LLM on training prompts of the same category. Tokens: the expected length of its answer.'
/** Names of LLMs that are left out; more are counted. */
const MAX_NAMED = 4

/** What the answer says, a part for each prompt. */
export class AnswerView {
  readonly #place: HTMLElement
  /** Prompts of which all LLMs are shown. */
  readonly #isWhole = new Set<number>()
  /** Prompts of which the explanation is open. */
  readonly #isExplained = new Set<number>()

  constructor(place: HTMLElement) {
    this.#place = place
  }

  clear(): void {
    this.#place.replaceChildren()
  }

  show(input: RankBody, answer: RankAnswer): void {
    const open = new Set([...this.#place.querySelectorAll('details.prompt[open]')].map(({ id }) => id))
    const { prompts } = answer
    const cards = prompts.slice(0, MAX_CARDS).map((ranking, i) => {
      if (prompts.length === 1) return this.#card(input, answer, ranking, i)
      const summary = element('summary', {}, summaryOf(textAt(input, i), ranking))
      const card = element('details', { class: 'prompt', id: `prompt-${i}` }, summary)
      // A card of hundreds of dots is made when it is opened.
      const fill = () => {
        if (card.open && card.children.length === 1) card.append(this.#card(input, answer, ranking, i))
      }
      card.addEventListener('toggle', fill)
      card.open = open.size === 0 ? i === 0 : open.has(card.id)
      fill()
      return card
    })
    const left = prompts.length - cards.length
    const note = left > 0 ? [element('p', { class: 'note' }, `${left} more prompts are not shown.`)] : []
    this.#place.replaceChildren(...onceOf(answer), ...cards, ...note)
  }

  #card(input: RankBody, answer: RankAnswer, ranking: PromptRanking, index: number): HTMLElement {
    const card = element('article', { class: 'card' })
    const draw = () => {
      const rows = this.#isWhole.has(index) ? ranking.ranked : ranking.ranked.slice(0, TOP)
      const title = `LLMs for prompt ${index + 1}, the best by the objective first`
      card.replaceChildren(
        ...(answer.prompts.length === 1 ? [] : [element('p', {}, reasonOf(ranking))]),
        readOf(input, answer, ranking),
        rankedTable(ranking, rows, title),
        ...this.#moreButton(ranking, index, draw),
        element('p', { class: 'note' }, COLUMNS, ...excludedFrom(ranking)),
        element('h3', {}, 'Quality and cost'),
        costPlot(ranking, widthIn(this.#place), answer.prices_as_of),
        ...this.#why(input, ranking, index),
      )
    }
    draw()
    return card
  }

  /** Open as long as the reader leaves it so, whatever is typed. */
  #why(input: RankBody, { choice, ranked }: PromptRanking, index: number): HTMLElement[] {
    const llm = choice ?? ranked[0]?.llm
    if (llm === undefined) return []
    const model = input.model === undefined ? {} : { model: input.model }
    const { objective } = input
    const one: RankBody =
      'messages' in input
        ? { ...model, objective, messages: input.messages }
        : { ...model, objective, prompt: textAt(input, index) }
    const view = explanationView(one, llm, this.#isExplained.has(index))
    view.addEventListener('toggle', () => {
      if (view.open) this.#isExplained.add(index)
      else this.#isExplained.delete(index)
    })
    return [view]
  }

  #moreButton({ ranked }: PromptRanking, index: number, draw: () => void): HTMLButtonElement[] {
    if (ranked.length <= TOP) return []
    const isWhole = this.#isWhole.has(index)
    const toggle = () => {
      if (isWhole) this.#isWhole.delete(index)
      else this.#isWhole.add(index)
      draw()
    }
    return [button(isWhole ? `Show the first ${TOP}` : `Show all ${ranked.length} LLMs`, toggle)]
  }
}

/** For the region that a screen reader follows. */
export function choiceInWords({ prompts }: RankAnswer): { choice: string; reason: string } {
  const [first] = prompts
  if (first !== undefined && prompts.length === 1) {
    return { choice: first.choice ?? 'No choice', reason: reasonOf(first) }
  }
  const counts = new Map<string, number>()
  for (const { choice } of prompts) {
    const name = choice ?? 'no choice'
    const before = counts.get(name)
    counts.set(name, before === undefined ? 1 : before + 1)
  }
  const list = [...counts].sort((a, b) => b[1] - a[1]).map(([llm, number]) => `${llm} for ${number}`)
  return { choice: `${prompts.length} prompts`, reason: `${list.join(', ')}.` }
}

function onceOf({ unknown, spending }: RankAnswer): HTMLElement[] {
  const lines = [
    ...(unknown.length === 0 ? [] : [`Not known by this saved model, and left out: ${unknown.join(', ')}.`]),
    ...(spending === undefined
      ? []
      : [`All prompts: ${spending.successes.toFixed(2)} expected successes for ${dollars(spending.cost)}.`]),
  ]
  return lines.map((line) => element('p', { class: 'note' }, line))
}

function summaryOf(text: string, { choice, ranked }: PromptRanking): HTMLElement {
  const chosen = ranked.find(({ llm }) => llm === choice)
  const cost = chosen === undefined || chosen.cost === null ? '' : `, ${dollars(chosen.cost)}`
  const says = chosen === undefined ? 'no choice' : `${chosen.llm}, ${probability(chosen.probability)}${cost}`
  return element('span', {}, element('strong', {}, says), ` – ${excerpt(text, EXCERPT)}`)
}

function reasonOf({ reason, fallback }: PromptRanking): string {
  return fallback === null ? reason : `${reason} To be taken instead: ${fallback}.`
}

function excludedFrom({ excluded }: PromptRanking): string[] {
  const leftOut = (llms: readonly string[], why: string) => {
    if (llms.length === 0) return []
    const names = llms.length <= MAX_NAMED ? llms.join(', ') : `${llms.length} LLMs`
    return [` Not chosen from, since ${why}: ${names}.`]
  }
  return [
    ...leftOut(excluded.unknown_cost, 'their cost is unknown'),
    ...leftOut(excluded.over_context_limit, 'prompt and answer are too long for them'),
  ]
}

/** What of the text counted. */
function readOf(input: Input, { read }: RankAnswer, ranking: PromptRanking): HTMLElement {
  const { tokens, input_tokens: all, truncated, familiarity } = ranking
  const what = read === 'last user message' ? 'the last user message' : 'the prompt'
  const length = truncated
    ? `its first ${count(tokens)} of ${count(all)} tokens; the rest was cut and did not count`
    : `all of its ${count(all)} tokens`
  const facts = element('dl', { class: 'facts' })
  const add = (term: string, ...says: (Node | string)[]) =>
    facts.append(element('div', {}, element('dt', {}, term), element('dd', {}, ...says)))
  add('Read', `${what}, ${length}.`, ...leftOut(input))
  if (familiarity !== null) {
    const meter = element('meter', { min: 0, max: 1, value: familiarity, 'aria-label': 'Familiarity' })
    add(
      'Familiarity',
      meter,
      ` ${percent(familiarity)} of comparable prompts are less like those of the training.`,
    )
  }
  return facts
}

/** Messages of a conversation that are not read. */
function leftOut(input: Input): string[] {
  if (!('messages' in input)) return []
  const { messages } = input
  const last = lastUserMessage(messages)
  const others = messages.filter((_, i) => i !== last).map(({ role }) => role)
  const message = messages[last]
  const says = message === undefined ? '' : ` It begins “${excerpt(textOf(message), EXCERPT)}”.`
  return [`${says}${others.length === 0 ? '' : ` Not read: ${others.length} more (${others.join(', ')}).`}`]
}

function textAt(input: Input, index: number): string {
  if ('prompts' in input) return input.prompts[index] ?? `prompt ${index + 1}`
  return 'prompt' in input ? input.prompt : 'conversation'
}

function widthIn(place: HTMLElement): number {
  const style = getComputedStyle(place)
  const room = place.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
  return Math.max(280, Math.min(760, Math.floor(room) - 34))
}
