/**
 * Puts generated lines between `<!-- begin: name -->` and `<!-- end: name -->` of a page.
 * @throws Error if the page has no such block.
 */
export function fillBlock(page: string, name: string, lines: readonly string[]): string {
  const [begin, end] = [`<!-- begin: ${name} -->`, `<!-- end: ${name} -->`]
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from < 0 || to < from)
    throw new Error(`expected "${begin}" and "${end}" in the page, found no such block`)
  return `${page.slice(0, from + begin.length)}\n\n${lines.join('\n')}\n\n${page.slice(to)}`
}
