import type { Evaluation } from '../evaluate.js'
import type { PairReport } from '../evaluatePair.js'
import { colourOf, drawing, legend, line, paper, PAPER, text } from '../../charts/drawing.js'

/** Bins of fewer outcomes scatter too much to be drawn. */
const MIN_BIN_SIZE = 20

/** reliability.svg: what was observed over what was predicted, for each system; on the diagonal is calibrated. */
export function reliabilitySvg({ reliability }: Pick<Evaluation, 'reliability'>): string {
  const axes = { x: 'predicted probability', y: 'mean outcome' }
  const { x, y, frame } = paper('Reliability', axes, [0, 1])
  const diagonal = line([[x(0), y(0)] as const, [x(1), y(1)] as const], '#888888', 'stroke-dasharray="4"')
  const curves = reliability.flatMap(({ bins }, i) => {
    const points = bins
      .filter(({ outcomes }) => outcomes >= MIN_BIN_SIZE)
      .map(({ predicted, observed }) => [x(predicted), y(observed)] as const)
    const dots = points.map(
      ([px, py]) => `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="3" fill="${colourOf(i)}"/>`,
    )
    return [line(points, colourOf(i), widthOf(i)), ...dots]
  })
  const names = legend(reliability.map(({ name }) => name))
  return drawing(PAPER.width, PAPER.height, [...frame, diagonal, ...curves, ...names])
}

/** route.svg: mean score over the share of calls that go to the strong LLM. */
export function routeSvg({ strong, weak, prompts, quality, systems }: PairReport): string {
  const heights = systems.flatMap(({ curve }) => curve.map((point) => point.quality))
  const [low, high] = [Math.min(...heights), Math.max(...heights)]
  const axes = { x: `share of prompts sent to ${strong}`, y: 'mean score' }
  const { x, y, frame } = paper(`${strong} or ${weak}, ${prompts} prompts`, axes, [low, high])
  const random = line(
    [[x(0), y(quality.weak)] as const, [x(1), y(quality.strong)] as const],
    '#222222',
    'stroke-dasharray="4"',
  )
  const curves = systems.map(({ curve }, i) =>
    line(
      curve.map((point) => [x(point.share), y(point.quality)] as const),
      colourOf(i),
      widthOf(i),
    ),
  )
  const names = legend(
    systems.map(({ name, apgr }) => `APGR ${apgr === undefined ? '–' : apgr.value.toFixed(3)}  ${name}`),
  )
  const note = text(PAPER.legendX, 470, 'dashed: random routing')
  // Random routing last: what only knows the means of the LLMs lies exactly below, and would hide it.
  return drawing(PAPER.width, PAPER.height, [...frame, ...curves, random, ...names, note])
}

function widthOf(index: number): string {
  return `stroke-width="${index === 0 ? 2.5 : 1.2}"`
}
