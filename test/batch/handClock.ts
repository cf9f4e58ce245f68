/** A clock that stands still until a test moves it. */
export class HandClock {
  #now = 0

  readonly now = (): number => this.#now

  advance(milliseconds: number): void {
    this.#now += milliseconds
  }
}
