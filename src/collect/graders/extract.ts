/** Of a block of code in Markdown; the closing one has nothing behind it. */
const FENCE = /^[ \t]*(`{3,9}|~{3,9})(?![`~])/

/** The last block of code of a Markdown text, without its fences; the whole text if it has none. */
export function codeIn(answer: string): string {
  let last: string | undefined
  let open: { fence: string; lines: string[] } | undefined
  for (const line of answer.split(/\r?\n/)) {
    const fence = FENCE.exec(line)?.[1]
    if (open === undefined) {
      if (fence !== undefined) open = { fence, lines: [] }
    } else if (fence === open.fence && line.trim() === fence) {
      last = open.lines.map((one) => `${one}\n`).join('')
      open = undefined
    } else {
      open.lines.push(line)
    }
  }
  return last ?? answer
}

/** What is in the last `\boxed{}`, which answers to mathematics end in; undefined if there is none. */
export function lastBoxed(text: string): string | undefined {
  const start = text.lastIndexOf('\\boxed{')
  if (start < 0) return undefined
  const content = text.slice(start + '\\boxed{'.length)
  let depth = 1
  for (const { 0: brace, index } of content.matchAll(/[{}]/g)) {
    depth += brace === '{' ? 1 : -1
    if (depth === 0) return content.slice(0, index)
  }
  return undefined
}

/** The JSON value that an answer gives: all of it, its last block of code, or what its braces or brackets enclose. */
export function jsonIn(answer: string): { value: unknown } | undefined {
  const [braces, brackets] = [enclosed(answer, '{', '}'), enclosed(answer, '[', ']')]
  // The outer ones first.
  const enclosures = brackets.includes(braces) ? [brackets, braces] : [braces, brackets]
  for (const text of [answer, codeIn(answer), ...enclosures]) {
    try {
      return { value: JSON.parse(text) as unknown }
    } catch {
      // The next one may be JSON.
    }
  }
  return undefined
}

function enclosed(text: string, open: string, close: string): string {
  return text.slice(text.indexOf(open), text.lastIndexOf(close) + 1)
}

/** An answer without the thoughts that some servers leave at its beginning. */
export function withoutThinking(answer: string): string {
  return answer.replace(/^\s*<think(?:ing)?>[\s\S]*?<\/think(?:ing)?>\s*/, '')
}
