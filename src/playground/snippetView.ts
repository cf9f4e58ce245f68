import type { KnownLlm, RankAnswer } from './api.js'
import { byId, element } from './elements.js'
import type { RankBody } from './request.js'
import { LANGUAGES, snippet } from './snippets.js'
import type { Language, Target } from './snippets.js'

/** Gateways take a list of a few LLMs. */
const MAX_TARGETS = 4

interface Asked {
  body: RankBody
  targets: readonly Target[]
}

/** The request as code, with a button that copies it. */
export class SnippetView {
  readonly #code = byId('snippet', HTMLPreElement)
  readonly #status = byId('copy-status', HTMLSpanElement)
  #language: Language = 'curl'
  #asked: Asked | undefined

  constructor() {
    const choices = LANGUAGES.map((language) => {
      const input = element('input', { type: 'radio', name: 'language', value: language })
      input.checked = language === this.#language
      input.addEventListener('change', () => {
        this.#language = language
        this.#draw()
      })
      return element('label', { class: 'check' }, input, language)
    })
    byId('languages', HTMLFieldSetElement).append(...choices)
    byId('copy', HTMLButtonElement).addEventListener('click', () => void this.#copy())
  }

  show(body: RankBody, targets: readonly Target[]): void {
    this.#asked = { body, targets }
    this.#draw()
  }

  #draw(): void {
    this.#status.textContent = ''
    if (this.#asked === undefined) return
    const { body, targets } = this.#asked
    const base = new URL('.', location.href).href
    this.#code.textContent = snippet(this.#language, base, body, targets)
  }

  /** The clipboard is there on localhost and over HTTPS only; else the text is selected. */
  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#code.textContent)
      this.#status.textContent = 'Copied.'
    } catch {
      getSelection()?.selectAllChildren(this.#code)
      this.#status.textContent = 'Selected: press Ctrl+C or ⌘C.'
    }
  }
}

/** The LLMs that are chosen, if they are few, else the best of the Pareto front or of the ranking; the most probable last. */
export function targetsOf(
  chosen: readonly string[],
  { prompts }: RankAnswer,
  known: readonly KnownLlm[],
): Target[] {
  const [first] = prompts
  if (first === undefined) return []
  const ranked = first.ranked.map(({ llm }) => llm)
  const front = first.pareto.slice(-MAX_TARGETS)
  const names =
    chosen.length > 0 && chosen.length <= MAX_TARGETS
      ? chosen
      : front.length > 1
        ? front
        : ranked.slice(0, MAX_TARGETS)
  const makers = new Map(known.map(({ name, maker }) => [name, maker]))
  const probabilities = new Map(first.ranked.map(({ llm, probability }) => [llm, probability]))
  return names
    .map((name) => ({ name, maker: makers.get(name), probability: probabilities.get(name) }))
    .sort((a, b) => (a.probability ?? -Infinity) - (b.probability ?? -Infinity))
    .map(({ name, maker }) => (maker === undefined ? { name } : { name, maker }))
}
