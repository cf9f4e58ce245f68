import { byId } from './elements.js'
import { FORMS, formOf } from './promptText.js'
import type { Form } from './promptText.js'

interface Prompt {
  form: Form
  text: string
}

/** Larger files are not read: no request may be that large. */
const MAX_FILE_BYTES = 16 * 1024 * 1024

const HINTS: Readonly<Record<Form, string>> = {
  prompt: 'One prompt, of any number of lines.',
  prompts: 'One prompt a line; or a JSON array of texts, or JSON lines with “prompt”.',
  messages:
    'JSON messages with role and content, or lines that begin with “User:”, “Assistant:” or “System:”.',
}

/** The text that is asked about, typed, pasted, opened or dropped. */
export class PromptControls {
  readonly #text = byId('text', HTMLTextAreaElement)
  readonly #file = byId('file', HTMLInputElement)
  readonly #onChange: (prompt: Prompt) => void
  #form: Form

  constructor(prompt: Prompt, onChange: (prompt: Prompt) => void) {
    this.#form = prompt.form
    this.#onChange = onChange
    this.#text.addEventListener('input', () => this.#changed())
    for (const form of FORMS) {
      radioOf(form).addEventListener('change', () => {
        this.set({ form, text: this.#text.value })
        this.#changed()
      })
    }
    this.#file.addEventListener('change', () => {
      const [file] = this.#file.files ?? []
      if (file !== undefined) void this.#read(file)
      this.#file.value = ''
    })
    const zone = byId('prompt', HTMLElement)
    zone.addEventListener('dragover', (event) => event.preventDefault())
    zone.addEventListener('drop', (event) => {
      const [file] = event.dataTransfer?.files ?? []
      if (file === undefined) return
      event.preventDefault()
      void this.#read(file)
    })
  }

  set({ form, text }: Prompt): void {
    this.#form = form
    radioOf(form).checked = true
    byId('form-hint', HTMLParagraphElement).textContent = HINTS[form]
    // Writing the same text again would move the cursor.
    if (this.#text.value !== text) this.#text.value = text
  }

  #changed(): void {
    this.#onChange({ form: this.#form, text: this.#text.value })
  }

  async #read(file: File): Promise<void> {
    if (file.size > MAX_FILE_BYTES) {
      byId('form-hint', HTMLParagraphElement).textContent =
        `Expected a file of at most ${MAX_FILE_BYTES / 1024 / 1024} MiB, got ${file.name} with more.`
      return
    }
    const text = await file.text()
    this.set({ form: formOf(text, file.name), text })
    this.#changed()
  }
}

function radioOf(form: Form): HTMLInputElement {
  return byId(`form-${form}`, HTMLInputElement)
}
