/**
 * Colours of Okabe and Ito, told apart also without red and green, and two of Tol; the first is for the system that is
 * asked about.
 */
const COLOURS = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#d55e00',
  '#999999',
  '#000000',
  '#882255',
  '#44aa99',
]

export function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length] ?? '#000000'
}

/** A complete drawing from its elements. */
export function drawing(width: number, height: number, elements: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...elements,
    '</svg>\n',
  ].join('\n')
}

export function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="#222222" ${attributes}>${escaped}</text>`
}

export function line(
  points: readonly (readonly [number, number])[],
  colour: string,
  attributes = '',
): string {
  const path = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')
  return `<polyline points="${path}" fill="none" stroke="${colour}" ${attributes}/>`
}

/** A square of paper for values from `low` to `high` on the y axis and 0 to 1 on the x axis. */
export interface Paper {
  x: (value: number) => number
  y: (value: number) => number
  /** Frame, ticks and the names of the axes. */
  frame: string[]
}

const SIDE = 400
const TICKS = 5

export const PAPER = { width: 480 + 360, height: 500, legendX: 490 } as const

export function paper(title: string, axes: { x: string; y: string }, [low, high]: [number, number]): Paper {
  const [left, top] = [70, 40]
  const x = (value: number) => left + value * SIDE
  const y = (value: number) => top + SIDE - ((value - low) / (high - low)) * SIDE
  const frame = [
    text(left, 24, title, 'font-weight="bold"'),
    `<rect x="${left}" y="${top}" width="${SIDE}" height="${SIDE}" fill="none" stroke="#888888"/>`,
    text(left + SIDE / 2, top + SIDE + 40, axes.x, 'text-anchor="middle"'),
    `<g transform="translate(18 ${top + SIDE / 2}) rotate(-90)">${text(0, 0, axes.y, 'text-anchor="middle"')}</g>`,
  ]
  for (let tick = 0; tick <= TICKS; tick++) {
    const [across, up] = [tick / TICKS, low + ((high - low) * tick) / TICKS]
    frame.push(
      text(x(across), top + SIDE + 18, across.toFixed(1), 'text-anchor="middle"'),
      text(left - 6, y(up) + 4, up.toFixed(2), 'text-anchor="end"'),
    )
  }
  return { x, y, frame }
}

/** Names beside the paper, each with its colour. */
export function legend(names: readonly string[]): string[] {
  return names.flatMap((name, i) => [
    `<rect x="${PAPER.legendX}" y="${44 + i * 20}" width="12" height="12" fill="${colourOf(i)}"/>`,
    text(PAPER.legendX + 18, 55 + i * 20, name),
  ])
}
