import { at } from '../../numeric/at.js'
import type { Metrics } from '../../train/loop/devMetrics.js'
import type { EpochReport } from '../../train/loop/trainComponent.js'
import type { ComponentCurve, EpochLosses } from '../../train/report/trainingReport.js'
import { duration } from '../commandLine/progress.js'
import type { Terminal } from '../commandLine/terminal.js'

/** At most one line in this time: with little data an epoch takes milliseconds. */
const LINE_MS = 1000

/** Metrics of an epoch's line, which is to fit a terminal of 100 columns. */
const SHOWN = ['auc', 'pairs']

/** What is told of a component when its training has ended. */
export interface ComponentReport {
  component: string
  epochs: number
  bestEpoch: number
  devLoss: number
}

/** Tells of a training while it runs: a line for an epoch, then the best epoch of each component. */
export class EpochLines {
  readonly #terminal: Pick<Terminal, 'note'>
  readonly #now: () => number
  readonly #reports: ComponentReport[] = []
  readonly #losses: EpochLosses[][] = []
  #lastLine = -Infinity

  constructor(terminal: Pick<Terminal, 'note'>, now = () => performance.now()) {
    this.#terminal = terminal
    this.#now = now
  }

  epoch(component: string, report: EpochReport, metrics: Metrics): void {
    const { epoch, epochs, trainLoss, devLoss, best, secondsLeft } = report
    if (this.#reports.at(-1)?.component !== component) {
      this.#tellBest()
      this.#reports.push({ component, epochs: 0, bestEpoch: 0, devLoss: Infinity })
      this.#losses.push([])
    }
    at(this.#losses, this.#losses.length - 1).push({ epoch, trainLoss, devLoss })
    this.#reports.splice(-1, 1, { component, epochs: epoch, bestEpoch: best.epoch, devLoss: best.devLoss })
    if (this.#now() - this.#lastLine < LINE_MS) return
    this.#lastLine = this.#now()
    const losses = `loss ${trainLoss.toPrecision(4)}, dev ${devLoss.toPrecision(4)}`
    const shown = SHOWN.flatMap((name) => {
      const value = metrics[name]
      return value === undefined ? [] : [`, ${name} ${value.toFixed(3)}`]
    })
    this.#terminal.note(
      `${component}, epoch ${epoch} of ${epochs}: ${losses}${shown.join('')}, ${duration(secondsLeft)} left`,
    )
  }

  /** After the last epoch. */
  end(): readonly ComponentReport[] {
    this.#tellBest()
    return this.#reports
  }

  /** All epochs that were told of, for the report. */
  get curves(): ComponentCurve[] {
    return this.#reports.map(({ component, bestEpoch }, c) => ({
      component,
      bestEpoch,
      losses: at(this.#losses, c),
    }))
  }

  #tellBest(): void {
    const last = this.#reports.at(-1)
    if (last === undefined) return
    const { component, epochs, bestEpoch, devLoss } = last
    this.#terminal.note(
      `${component}: best epoch ${bestEpoch} of ${epochs}, dev loss ${devLoss.toPrecision(4)}`,
    )
  }
}

/** `, auc 0.8123, right order 0.79` */
export function describeMetrics(metrics: Readonly<Record<string, number>>): string {
  return Object.entries(metrics)
    .map(([name, value]) => `, ${name.replaceAll('_', ' ')} ${value.toFixed(4)}`)
    .join('')
}
