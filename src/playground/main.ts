import { listLlms, listModels, rank } from './api.js'
import type { KnownLlm, TimedAnswer } from './api.js'
import { AnswerView, choiceInWords } from './answerView.js'
import { byId, element } from './elements.js'
import { milliseconds } from './format.js'
import { LlmPicker } from './llmPicker.js'
import { ObjectiveControls } from './objectiveControls.js'
import { PromptControls } from './promptControls.js'
import { rankBody, shortened } from './request.js'
import type { RankBody } from './request.js'
import { SnippetView, targetsOf } from './snippetView.js'
import { fromFragment, toFragment } from './state.js'
import type { State } from './state.js'

/** From the last key or move of a slider until it is asked. */
const PAUSE_MS = 60
/** Browsers bound how often a page may change its address. */
const LINK_PAUSE_MS = 400

/** Pixels, as in page.css. */
const ONE_COLUMN = 820

/** The page at `/playground`: what is set, what the server says to it, and when. */
class Playground {
  #state: State = fromFragment(location.hash)
  #known: readonly KnownLlm[] = []
  #last: { body: RankBody; timed: TimedAnswer } | undefined
  #asking = new AbortController()
  #askTimer: number | undefined
  #linkTimer: number | undefined
  readonly #answers = new AnswerView(byId('answers', HTMLDivElement))
  readonly #snippets = new SnippetView()
  readonly #model = byId('model', HTMLSelectElement)
  readonly #abstains = byId('abstains', HTMLInputElement)
  readonly #outputTokens = byId('output-tokens', HTMLInputElement)
  readonly #prompt = new PromptControls(this.#state, (change) => this.#change(change))
  readonly #objective = new ObjectiveControls(this.#state, (change) => this.#change(change))
  readonly #picker = new LlmPicker((llms) => this.#change({ llms }))

  start(): void {
    this.#model.addEventListener('change', () => {
      this.#change({ model: this.#model.value })
      void this.#loadLlms()
    })
    this.#outputTokens.addEventListener('input', () => {
      const { value, valueAsNumber } = this.#outputTokens
      this.#change({ outputTokens: value === '' || !(valueAsNumber >= 0) ? null : Math.round(valueAsNumber) })
    })
    this.#abstains.addEventListener('change', () => this.#change({ abstains: this.#abstains.checked }))
    addEventListener('hashchange', () => {
      if (location.hash.slice(1) === toFragment(this.#state)) return
      this.#state = fromFragment(location.hash)
      this.#drawControls()
      void this.#loadLlms()
      void this.#ask(performance.now())
    })
    let drawnWidth = innerWidth
    addEventListener('resize', () => {
      if (innerWidth === drawnWidth || this.#last === undefined) return
      drawnWidth = innerWidth
      this.#answers.show(this.#last.body, this.#last.timed.answer)
    })
    // Where there is one column, the list would be between the question and the answer.
    byId('llms', HTMLDetailsElement).open = innerWidth > ONE_COLUMN
    this.#drawControls()
    void this.#ask(performance.now())
    void this.#loadModels()
  }

  #change(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change }
    const changed = performance.now()
    clearTimeout(this.#askTimer)
    this.#askTimer = setTimeout(() => void this.#ask(changed), PAUSE_MS)
    clearTimeout(this.#linkTimer)
    this.#linkTimer = setTimeout(
      () => history.replaceState(null, '', `#${toFragment(this.#state)}`),
      LINK_PAUSE_MS,
    )
  }

  #drawControls(): void {
    const { outputTokens } = this.#state
    this.#prompt.set(this.#state)
    this.#objective.set(this.#state)
    this.#abstains.checked = this.#state.abstains
    this.#picker.setChosen(this.#state.llms)
    this.#outputTokens.value = outputTokens === null ? '' : String(outputTokens)
    this.#showModel()
  }

  async #loadModels(): Promise<void> {
    try {
      const models = await listModels()
      this.#model.replaceChildren(...models.map((model) => element('option', { value: model }, model)))
      await this.#loadLlms()
    } catch (error) {
      this.#fail(error)
    }
  }

  async #loadLlms(): Promise<void> {
    try {
      const { model, llms } = await listLlms(this.#state.model)
      this.#known = llms
      this.#picker.setLlms(llms)
      this.#showModel(model)
      this.#showSnippet()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** @param fallback the saved model of a request that names none */
  #showModel(fallback = ''): void {
    const name = this.#state.model === '' ? fallback : this.#state.model
    if (name !== '') this.#model.value = name
  }

  /** @param since when the reader made the last change */
  async #ask(since: number): Promise<void> {
    this.#asking.abort()
    this.#asking = new AbortController()
    const { signal } = this.#asking
    try {
      const body = rankBody(this.#state)
      if (body === undefined) this.#wait()
      else {
        const timed = await rank(shortened(body), signal)
        if (!signal.aborted) this.#show(body, timed, since)
      }
    } catch (error) {
      if (!signal.aborted) this.#fail(error)
    }
  }

  #show(body: RankBody, timed: TimedAnswer, since: number): void {
    const { answer } = timed
    this.#last = { body, timed }
    byId('error', HTMLParagraphElement).textContent = ''
    this.#say(choiceInWords(answer))
    this.#answers.show(body, answer)
    this.#showSnippet()
    // After the browser has drawn it.
    requestAnimationFrame(() => setTimeout(() => showTiming(timed, performance.now() - since), 0))
  }

  /** Shown again when the makers of the LLMs are known, which are part of their names at gateways. */
  #showSnippet(): void {
    if (this.#last === undefined) return
    const { body, timed } = this.#last
    this.#snippets.show(body, targetsOf(this.#state.llms, timed.answer, this.#known))
  }

  #wait(): void {
    this.#clear()
    this.#say({ choice: '', reason: 'Type a prompt, and name the LLMs that the objective asks for.' })
  }

  #fail(error: unknown): void {
    this.#clear()
    this.#say({ choice: '', reason: '' })
    byId('error', HTMLParagraphElement).textContent = error instanceof Error ? error.message : String(error)
  }

  #say({ choice, reason }: { choice: string; reason: string }): void {
    byId('choice', HTMLParagraphElement).textContent = choice
    byId('reason', HTMLParagraphElement).textContent = reason
  }

  #clear(): void {
    this.#last = undefined
    this.#answers.clear()
    byId('timing', HTMLParagraphElement).textContent = ''
    byId('error', HTMLParagraphElement).textContent = ''
  }
}

function showTiming({ answer, roundTripMs, stages }: TimedAnswer, shownMs: number): void {
  const server = stages
    .map(({ name, ms }) => `${name} ${ms < 10 ? ms.toFixed(2) : milliseconds(ms)}`)
    .join(', ')
  byId('timing', HTMLParagraphElement).textContent =
    `${answer.model}. Round trip ${milliseconds(roundTripMs)} ms` +
    `${server === '' ? '' : `, of which in the server (ms): ${server}`}. ` +
    `On the screen ${milliseconds(shownMs)} ms after the last change.`
}

new Playground().start()
