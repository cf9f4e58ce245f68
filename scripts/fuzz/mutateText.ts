import { gzipSync } from 'node:zlib'

import type { Random } from '../../src/numeric/random.js'
import { below, mutateBytes, oneOf } from './mutateBytes.js'

/** What breaks rows: quotes, separators, signs that are spaces elsewhere, halves of characters. */
const SIGNS = [
  '"',
  '""',
  ',',
  ';',
  '\t',
  '\r',
  '\n',
  '\u0000',
  '\ufeff',
  '\u2028',
  "'",
  '{',
  '[',
  'null',
  'NaN',
  '1e999',
  'é',
]
const LONG = 2 ** 20

type Change = (lines: string[], random: Random) => string[]

const CHANGES: readonly Change[] = [
  (lines, random) => lines.toSpliced(below(lines.length, random), 1),
  (lines, random) => lines.toSpliced(below(lines.length, random), 0, oneOf(lines, random)),
  (lines, random) =>
    lines.toSpliced(below(lines.length, random), 0, oneOf(['', '{}', '[]', '"x"', 'x,y'], random)),
  (lines, random) => {
    const l = below(lines.length, random)
    const line = lines[l] ?? ''
    const i = below(line.length + 1, random)
    return lines.with(l, line.slice(0, i) + oneOf(SIGNS, random) + line.slice(i + below(3, random)))
  },
  (lines, random) => {
    const fields = /"[^"]*"|[\d.]+/g
    const l = below(lines.length, random)
    return lines.with(
      l,
      (lines[l] ?? '').replace(fields, (field) => (random() < 0.3 ? oneOf(FIELDS, random) : field)),
    )
  },
  (lines, random) => lines.with(below(lines.length, random), 'x'.repeat(oneOf([1000, LONG], random))),
]
const FIELDS = ['""', '0', '-1', '2', '1e999', 'null', 'true', '"a"', '"b"', '[]', '{}', '"tie"']

/** A changed copy of a text of lines as it lies on disk: in UTF-8, UTF-16 or wrong bytes, compressed or not. */
export function mutateText(text: string, random: Random): Buffer {
  let lines = text.split('\n')
  const count = below(4, random)
  for (let i = 0; i < count; i++) lines = oneOf(CHANGES, random)(lines.length > 0 ? lines : [''], random)
  return packed(encoded(lines.join(random() < 0.1 ? '\r\n' : '\n'), random), random)
}

function encoded(text: string, random: Random): Buffer {
  switch (below(8, random)) {
    case 0:
      return Buffer.from(`\ufeff${text}`, 'utf16le')
    case 1:
      return Buffer.from(`\ufeff${text}`)
    case 2:
      return Buffer.from(text, 'latin1')
    case 3:
      return mutateBytes(Buffer.from(text), random)
    default:
      return Buffer.from(text)
  }
}

function packed(bytes: Buffer, random: Random): Buffer {
  switch (below(8, random)) {
    case 0:
      return gzipSync(bytes)
    case 1:
      return mutateBytes(gzipSync(bytes), random)
    default:
      return bytes
  }
}
