import type { Writable } from 'node:stream'

import { Presets, SingleBar } from 'cli-progress'

/** Between two lines, if there is no terminal to draw a bar on. */
const LINE_MS = 10_000

interface Options {
  stream: Writable & { isTTY?: boolean }
  quiet: boolean
  /** Milliseconds of a clock that never goes back. */
  now?: () => number
}

/** How far some work is, with its rate and the time left: a bar on a terminal, a line every ten seconds elsewhere. */
export class Progress {
  readonly #title: string
  readonly #stream: Writable
  readonly #now: () => number
  readonly #bar: SingleBar | undefined
  readonly #timer: NodeJS.Timeout | undefined
  readonly #start: number
  /** What was done already at the first report: it says nothing about the rate. */
  #first: number | undefined
  #state = { done: 0, total: 0 }
  #lastLine: number
  #hasLines = false

  constructor(title: string, { stream, quiet, now = () => performance.now() }: Options) {
    this.#title = title
    this.#stream = stream
    this.#now = now
    this.#start = now()
    this.#lastLine = this.#start
    if (quiet) return
    if (stream.isTTY === true) {
      const format = `${title} {bar} {percentage} %, {text}`
      this.#bar = new SingleBar({ format, stream, barsize: 30, hideCursor: true }, Presets.shades_classic)
      this.#bar.start(0, 0, { text: '' })
    } else {
      // While nothing is reported, too: whoever reads along sees that it runs.
      this.#timer = setInterval(() => this.#line(), LINE_MS).unref()
    }
  }

  at(done: number, total: number): void {
    this.#first ??= done
    this.#state = { done, total }
    this.#bar?.setTotal(total)
    this.#bar?.update(done, { text: this.#text() })
    // Work that keeps the thread busy lets no timer run.
    if (this.#timer !== undefined && this.#now() - this.#lastLine >= LINE_MS) this.#line()
  }

  /** Makes room for another line; the bar is drawn again below it. */
  clear(): void {
    if (this.#bar !== undefined) this.#stream.write('\r\u001b[K')
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#bar?.stop()
    if (this.#hasLines) this.#line()
  }

  #line(): void {
    this.#lastLine = this.#now()
    this.#hasLines = true
    this.#stream.write(`${this.#title}: ${this.#text()}\n`)
  }

  /** `1,024 of 13,336, 44.1/s, 4 min 39 s left` */
  #text(): string {
    const { done, total } = this.#state
    const seconds = (this.#now() - this.#start) / 1000
    const here = done - (this.#first ?? done)
    const counts = `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`
    // Nothing done yet has no rate, and the time left would be endless.
    if (here === 0 || seconds === 0) return counts
    const rate = here / seconds
    const end = done < total ? `${duration((total - done) / rate)} left` : `${duration(seconds)} in all`
    return `${counts}, ${rate.toPrecision(3)}/s, ${end}`
  }
}

/** `4 min 39 s`, rounded up: nothing is announced as done before it is. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds)
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)]
  if (hours > 0) return `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`
}
