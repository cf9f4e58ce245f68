import type { Range } from './scales.js'

/** In pixels. */
interface Point {
  x: number
  y: number
}

/** A text at a point. */
interface Label extends Point {
  text: string
}

/** About the mean width of a character of 12 pixels. */
const CHARACTER = 6.6
const LINE = 14
const GAP = 8
/** Of a dot that must stay seen. */
const RADIUS = 4

/**
 * Left ends and baselines of labels next to their points, none over another or over a dot. Earlier ones come first; where
 * there is no room, a label is left out.
 */
export function placeLabels(labels: readonly Label[], [left, right]: Range, dots: readonly Point[]): Label[] {
  const placed: Label[] = []
  for (const { text, x, y } of labels) {
    const width = widthOf(text)
    const places = [
      { text, x: x + GAP, y: y + LINE },
      { text, x: x - GAP - width, y: y - GAP },
      { text, x: x + GAP, y: y + 2 * LINE },
      { text, x: x - GAP - width, y: y - GAP - LINE },
      { text, x: x - width / 2, y: y - GAP - LINE },
    ]
    const place = places.find(
      (one) =>
        one.x >= left &&
        one.x + width <= right &&
        one.y >= LINE &&
        !dots.some((dot) => covers(one, dot)) &&
        placed.every((other) => isApart(one, other)),
    )
    if (place !== undefined) placed.push(place)
  }
  return placed
}

function covers(label: Label, { x, y }: Point): boolean {
  const isWithin = x + RADIUS > label.x && x - RADIUS < label.x + widthOf(label.text)
  return isWithin && y + RADIUS > label.y - LINE + 3 && y - RADIUS < label.y + 3
}

function isApart(a: Label, b: Label): boolean {
  const isAside = a.x + widthOf(a.text) < b.x || b.x + widthOf(b.text) < a.x
  return isAside || Math.abs(a.y - b.y) >= LINE
}

function widthOf(text: string): number {
  return text.length * CHARACTER
}
