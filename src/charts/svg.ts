import { at } from '../numeric/at.js'

/** Colors of Okabe and Ito, distinguishable also without red and green, and two of Tol. */
const COLORS = [
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

/** Of the n-th series; the first color is for the system that is asked about. */
export function colorOf(index: number): string {
  return at(COLORS, index % COLORS.length)
}

export type Point = readonly [x: number, y: number]

/** A complete SVG file from its elements. */
export function svgDocument(width: number, height: number, elements: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">`,
    rectangle({ x: 0, y: 0, width, height }, 'fill="#ffffff"'),
    ...elements,
    '</svg>\n',
  ].join('\n')
}

export function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="#222222" ${attributes}>${escaped}</text>`
}

export function polyline(points: readonly Point[], color: string, attributes = ''): string {
  const path = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')
  return `<polyline points="${path}" fill="none" stroke="${color}" ${attributes}/>`
}

/** What lies between, lightly filled. */
export function area(points: readonly Point[], color: string): string {
  const path = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')
  return `<polygon points="${path}" fill="${color}" fill-opacity="0.15"/>`
}

export function dot([x, y]: Point, color: string): string {
  return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3" fill="${color}"/>`
}

interface Box {
  x: number
  y: number
  width: number
  height: number
}

export function rectangle({ x, y, width, height }: Box, attributes: string): string {
  const [w, h] = [width, height].map((side) => Number(side.toFixed(1)))
  return `<rect x="${x}" y="${y}" width="${w}" height="${h}" ${attributes}/>`
}
