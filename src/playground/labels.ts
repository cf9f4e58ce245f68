import type { Range } from './scales.js'

/** A text at a point, in pixels. */
interface Label {
  text: string
  x: number
  y: number
}

/** About the mean width of a character of 12 pixels. */
const CHARACTER = 6.6
const LINE = 14
const GAP = 8

/**
 * Left ends and baselines of labels next to their points, none over another. Earlier ones come first; where there is no
 * room, a label is left out.
 */
export function placeLabels(labels: readonly Label[], [left, right]: Range): Label[] {
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
        placed.every((other) => isApart(one, other)),
    )
    if (place !== undefined) placed.push(place)
  }
  return placed
}

function isApart(a: Label, b: Label): boolean {
  const isAside = a.x + widthOf(a.text) < b.x || b.x + widthOf(b.text) < a.x
  return isAside || Math.abs(a.y - b.y) >= LINE
}

function widthOf(text: string): number {
  return text.length * CHARACTER
}
