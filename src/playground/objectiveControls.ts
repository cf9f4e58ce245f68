import { byId, element } from './elements.js'
import { OBJECTIVES, isObjectiveKey, objectiveForm, positionOf, rangeOf, valueAt } from './objectives.js'
import type { Names, ObjectiveKey } from './objectives.js'

interface Objective {
  objective: ObjectiveKey
  amount: number | null
  names: Names
}

const NAME_LABELS: Readonly<Record<keyof Names, string>> = {
  strong: 'Strong LLM',
  weak: 'Weak LLM',
  baseline: 'Baseline (empty: that of the saved model)',
}

/** The objective, its slider and the LLMs that it names. */
export class ObjectiveControls {
  readonly #select = byId('objective', HTMLSelectElement)
  readonly #fields = byId('objective-fields', HTMLDivElement)
  readonly #onChange: (objective: Objective) => void
  #value: Objective

  constructor(value: Objective, onChange: (objective: Objective) => void) {
    this.#value = value
    this.#onChange = onChange
    const options = Object.entries(OBJECTIVES).map(([key, { label }]) =>
      element('option', { value: key }, label),
    )
    this.#select.append(...options)
    this.#select.addEventListener('change', () => {
      if (!isObjectiveKey(this.#select.value)) return
      this.#value = { ...this.#value, objective: this.#select.value, amount: null }
      this.#draw()
      this.#onChange(this.#value)
    })
    this.#draw()
  }

  set({ objective, amount, names }: Objective): void {
    this.#value = { objective, amount, names }
    this.#draw()
  }

  #change(change: Partial<Objective>): void {
    this.#value = { ...this.#value, ...change }
    this.#onChange(this.#value)
  }

  #draw(): void {
    const { objective } = this.#value
    const { meaning, names = [] } = objectiveForm(objective)
    this.#select.value = objective
    byId('objective-meaning', HTMLParagraphElement).textContent = meaning
    this.#fields.replaceChildren(...names.map((name) => this.#nameField(name)), ...this.#slider())
  }

  #nameField(name: keyof Names): HTMLLabelElement {
    const input = element('input', {
      type: 'text',
      list: 'llm-names',
      autocomplete: 'off',
      spellcheck: 'false',
    })
    input.value = this.#value.names[name]
    input.addEventListener('input', () =>
      this.#change({ names: { ...this.#value.names, [name]: input.value.trim() } }),
    )
    return element('label', { class: 'field' }, NAME_LABELS[name], input)
  }

  #slider(): HTMLDivElement[] {
    const { slider } = objectiveForm(this.#value.objective)
    if (slider === undefined) return []
    const shown = element('output', { for: 'amount' })
    const input = element('input', { type: 'range', id: 'amount', ...rangeOf(slider) })
    const show = () => {
      const { amount } = this.#value
      const isUnset = amount === null && slider.isOptional === true
      const text = isUnset ? 'that of the saved model' : slider.say(amount ?? slider.start)
      shown.value = text
      input.setAttribute('aria-valuetext', text)
    }
    input.value = String(positionOf(slider, this.#value.amount ?? slider.start))
    input.addEventListener('input', () => {
      this.#change({ amount: valueAt(slider, Number(input.value)) })
      show()
    })
    show()
    const label = element('label', { for: 'amount' }, slider.label)
    return [element('div', { class: 'field' }, element('span', {}, label, ': ', shown), input)]
  }
}
