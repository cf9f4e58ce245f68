import { embeddedJson, Html, html } from './html.js'
import { STYLE } from './style.js'

export interface Section {
  title: string
  /** In one sentence, what to read in it. */
  about: string
  content: readonly Html[]
}

export interface Report {
  title: string
  /** What was measured with what, below the title. */
  subtitle: string
  sections: readonly Section[]
  /** All numbers. */
  data: unknown
}

/** The page may fetch nothing and run nothing. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

/** One HTML file that needs nothing else: no script, no request, light or dark as the reader's system is. */
export function pageOf({ title, subtitle, sections, data }: Report): string {
  const ids = sections.map((_, i) => `section-${i + 1}`)
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${title}</title>
      <style>
        ${new Html(STYLE)}
      </style>
    </head>
    <body>
      <header>
        <h1>${title}</h1>
        <p>${subtitle}</p>
        <nav aria-label="Sections">
          ${sections.map((section, i) => html`<a href="#${ids[i] ?? section.title}">${section.title}</a> `)}
        </nav>
      </header>
      <main>${sections.map((section, i) => sectionOf(section, ids[i] ?? section.title))}</main>
      <script type="application/json" id="data">
        ${embeddedJson(data)}
      </script>
    </body>
  </html> `
  return `<!doctype html>\n${page.text}`
}

function sectionOf({ title, about, content }: Section, id: string): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    <p>${about}</p>
    ${content}
  </section>`
}

/** A chart, as it is in the page: readers of screens get its name. */
export function figure(svg: string, name: string): Html {
  return html`<figure role="img" aria-label="${name}">${new Html(svg)}</figure>`
}
