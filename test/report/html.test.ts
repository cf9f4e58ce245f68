import { expect } from 'chai'
import fc from 'fast-check'

import { embeddedJson, html, table } from '../../src/report/html.js'

const names = fc
  .array(fc.constantFrom('<', '>', '"', "'", '&', '/', 'script', 'amp;', ' ', 'x', 'é'))
  .map((parts) => parts.join(''))

/** What a browser reads of escaped text. */
function read(text: string): string {
  const signs = new Map([
    ['&lt;', '<'],
    ['&gt;', '>'],
    ['&quot;', '"'],
    ['&#39;', "'"],
    ['&amp;', '&'],
  ])
  return text.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => signs.get(entity) ?? entity)
}

describe('html', () => {
  it('escapes what is put in, so that it reads as it is', () => {
    fc.assert(
      fc.property(names, (name) => {
        const { text } = html`<b title="${name}">${name}</b>`
        const [, title = '?', content = '?'] = /^<b title="([^"<>]*)">([^<>]*)<\/b>$/.exec(text) ?? []
        expect([read(title), read(content)]).to.deep.equal([name, name])
      }),
    )
  })

  it('puts in HTML and lists of it as they are', () => {
    const items = [1, '<'].map((one) => html`<li>${one}</li>`)
    expect(
      html`<ul>
        ${items}
      </ul>`.text.replace(/\s/g, ''),
    ).to.equal('<ul><li>1</li><li>&lt;</li></ul>')
  })

  it('embeds JSON that ends no element', () => {
    fc.assert(
      fc.property(
        fc.dictionary(names, fc.oneof(names, fc.double({ noDefaultInfinity: true, noNaN: true }))),
        (value) => {
          const { text } = embeddedJson({ ...value, end: '</script><!--' })
          expect(text).to.not.include('<')
          expect(JSON.parse(text)).to.deep.equal(
            JSON.parse(JSON.stringify({ ...value, end: '</script><!--' })),
          )
        },
      ),
    )
  })

  it('makes tables whose cells have headers', () => {
    const { text } = table('A & B', [{ title: 'name' }, { title: 'n', isNumber: true }], [['x', 1]])
    expect(text.replace(/\s+/g, ' ')).to.include('<caption> A &amp; B </caption>')
    expect(text).to.include('<th scope="row" class="text">x</th><td class="number">1</td>')
  })
})
