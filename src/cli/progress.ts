import { Presets, SingleBar } from 'cli-progress'

/** A bar on a terminal, and nothing elsewhere. */
export class Progress {
  readonly #bar: SingleBar | undefined

  constructor(title: string) {
    const format = `${title.padEnd(12)} {bar} {percentage} %, {eta} s left`
    this.#bar = process.stderr.isTTY
      ? new SingleBar({ format, etaBuffer: 1000 }, Presets.shades_classic)
      : undefined
    this.#bar?.start(0, 0)
  }

  at(done: number, total: number): void {
    this.#bar?.setTotal(total)
    this.#bar?.update(done)
  }

  stop(): void {
    this.#bar?.stop()
  }
}
