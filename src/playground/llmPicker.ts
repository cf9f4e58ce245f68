import type { KnownLlm } from './api.js'
import { button, byId, element } from './elements.js'
import { byMaker, search } from './makers.js'
import type { Maker } from './makers.js'

/** Which LLMs are candidates: a list by maker with a search. If none is checked, all are. */
export class LlmPicker {
  readonly #search = byId('llm-search', HTMLInputElement)
  readonly #list = byId('llm-list', HTMLDivElement)
  readonly #status = byId('llm-status', HTMLParagraphElement)
  readonly #onChange: (llms: readonly string[]) => void
  #makers: readonly Maker[] = []
  #total = 0
  #chosen = new Set<string>()

  constructor(onChange: (llms: readonly string[]) => void) {
    this.#onChange = onChange
    this.#search.addEventListener('input', () => this.#draw())
    byId('llm-found', HTMLButtonElement).addEventListener('click', () => {
      for (const { llms } of this.#found()) for (const llm of llms) this.#chosen.add(llm)
      this.#changed()
    })
    byId('llm-all', HTMLButtonElement).addEventListener('click', () => {
      this.#chosen.clear()
      this.#changed()
    })
  }

  /** LLMs of another saved model. Those that are chosen stay so: the server says which it does not know. */
  setLlms(llms: readonly KnownLlm[]): void {
    this.#makers = byMaker(llms)
    this.#total = llms.length
    const names = llms.map(({ name }) => element('option', { value: name }))
    byId('llm-names', HTMLDataListElement).replaceChildren(...names)
    this.#draw()
  }

  setChosen(llms: readonly string[]): void {
    this.#chosen = new Set(llms)
    this.#draw()
  }

  #found(): Maker[] {
    return search(this.#makers, this.#search.value)
  }

  #changed(): void {
    this.#draw()
    this.#onChange([...this.#chosen])
  }

  #draw(): void {
    const isSearch = this.#search.value.trim() !== ''
    const found = this.#found()
    const isOpen = new Set([...this.#list.querySelectorAll('details[open]')].map(({ id }) => id))
    this.#list.replaceChildren(
      ...found.map((maker) => this.#group(maker, isSearch || isOpen.has(idOf(maker)))),
    )
    if (found.length === 0) this.#list.append(element('p', {}, 'No LLM has these words in its name.'))
    byId('llm-found', HTMLButtonElement).hidden = !isSearch || found.length === 0
    byId('llm-all', HTMLButtonElement).hidden = this.#chosen.size === 0
    this.#showStatus()
  }

  #showStatus(): void {
    const { size } = this.#chosen
    this.#status.textContent =
      size === 0
        ? `All ${this.#total} LLMs are candidates.`
        : `${size} of ${this.#total} LLMs are candidates.`
  }

  /** Its content is made when it is opened: all together are hundreds of checkboxes. */
  #group(maker: Maker, isOpen: boolean): HTMLDetailsElement {
    const { name, llms } = maker
    const chosen = llms.filter((llm) => this.#chosen.has(llm)).length
    const counts = chosen === 0 ? String(llms.length) : `${chosen} of ${llms.length}`
    const group = element('details', { id: idOf(maker) }, element('summary', {}, `${name} (${counts})`))
    const fill = () => {
      if (!group.open || group.children.length > 1) return
      group.append(
        element(
          'div',
          { class: 'choices' },
          ...llms.map((llm) => this.#checkbox(llm)),
          this.#wholeGroup(maker),
        ),
      )
    }
    group.addEventListener('toggle', fill)
    group.open = isOpen
    fill()
    return group
  }

  #checkbox(llm: string): HTMLLabelElement {
    const box = element('input', { type: 'checkbox' })
    box.checked = this.#chosen.has(llm)
    box.addEventListener('change', () => {
      if (box.checked) this.#chosen.add(llm)
      else this.#chosen.delete(llm)
      // The list stays as it is, and with it the focus.
      byId('llm-all', HTMLButtonElement).hidden = this.#chosen.size === 0
      this.#showStatus()
      this.#onChange([...this.#chosen])
    })
    return element('label', { class: 'check' }, box, llm)
  }

  #wholeGroup({ name, llms }: Maker): HTMLButtonElement {
    const isWhole = llms.every((llm) => this.#chosen.has(llm))
    return button(`${isWhole ? 'Leave out' : 'Choose'} these of ${name}`, () => {
      for (const llm of llms)
        if (isWhole) this.#chosen.delete(llm)
        else this.#chosen.add(llm)
      this.#changed()
    })
  }
}

function idOf({ name }: Maker): string {
  return `maker-${name}`
}
