/** HTML that is written, or made by `html`: everything else is escaped when it is put into some. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Part = Html | string | number | readonly Part[]

/** Template literals of HTML: what is put in is escaped, unless it is HTML itself. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(String.raw({ raw: strings }, ...parts.map(textOf)))
}

function textOf(part: Part): string {
  if (part instanceof Html) return part.text
  return typeof part === 'object' ? part.map(textOf).join('') : escapeHtml(String(part))
}

const ENTITIES: readonly (readonly [string, string])[] = [
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]

/** For the content of elements and for attributes in quotes. */
function escapeHtml(text: string): string {
  return ENTITIES.reduce((escaped, [sign, entity]) => escaped.replaceAll(sign, entity), text)
}

/** JSON for a `script` element: as any JSON reader takes it, and without what could end the element. */
export function embeddedJson(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll('<', '\\u003c'))
}

export interface Column {
  title: string
  /** Numbers stand to the right. */
  isNumber?: boolean
}

/** Columns of numbers, by their titles. */
export function numberColumns(...titles: string[]): Column[] {
  return titles.map((title) => ({ title, isNumber: true }))
}

/** A table whose first cell of each row is its header. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Part[])[]): Html {
  const sides = columns.map(({ isNumber }) => (isNumber === true ? 'number' : 'text'))
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ title }, c) => html`<th scope="col" class="${sides[c] ?? 'text'}">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell, c) => cellOf(cell, sides[c] ?? 'text', c === 0))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

function cellOf(cell: Part, side: string, isHeader: boolean): Html {
  return isHeader
    ? html`<th scope="row" class="${side}">${cell}</th>`
    : html`<td class="${side}">${cell}</td>`
}
