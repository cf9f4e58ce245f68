import { at } from '../../../numeric/at.js'
import { invalidCheckpoint } from '../invalidCheckpoint.js'
import type { ByteReader } from './byteReader.js'
import type { PyGlobal, PyValue } from './values.js'

/** MARKs that are open at once: how deep containers nest while they are built. */
export const MAX_NESTING = 256

/** What a pickle may reach outside itself. */
export interface PickleOptions {
  /** The allow-list, by `<module>.<name>`. */
  readonly globals: ReadonlyMap<string, PyGlobal>
  /** Gives `target` the state that followed it (the BUILD operation); returns nothing and runs nothing. */
  readonly build: (target: PyValue, state: PyValue) => void
  /** Finds what a persistent id stands for. Without it persistent ids are rejected. */
  readonly persistentLoad?: (id: PyValue) => PyValue
}

/** The stack, marks and memo that the operations of a pickle work on. */
export class PickleMachine {
  /** Values from the bottom to the top. */
  readonly #stack: PyValue[] = []
  /** Heights of the stack at the open MARKs. */
  readonly #marks: number[] = []
  readonly #memo = new Map<number, PyValue>()

  constructor(
    readonly input: ByteReader,
    readonly options: PickleOptions,
  ) {}

  push(value: PyValue): void {
    this.#stack.push(value)
  }

  /** Takes the top value off. Values below the innermost MARK are out of reach. */
  pop(): PyValue {
    const value = this.#stack.length > this.#fence() ? this.#stack.pop() : undefined
    if (value === undefined) throw invalidCheckpoint('expected a value on the stack, got none')
    return value
  }

  top(): PyValue {
    const value = this.pop()
    this.push(value)
    return value
  }

  /** The last two values, in the order in which they were pushed. */
  popPair(): readonly [PyValue, PyValue] {
    const last = this.pop()
    return [this.pop(), last]
  }

  /** The last `count` values, in the order in which they were pushed. */
  popMany(count: number): PyValue[] {
    return Array.from({ length: count }, () => this.pop()).reverse()
  }

  mark(): void {
    if (this.#marks.length >= MAX_NESTING) {
      throw invalidCheckpoint(`expected containers nested ${MAX_NESTING} deep at most, got more`)
    }
    this.#marks.push(this.#stack.length)
  }

  /** Closes the innermost MARK and takes off everything above it. */
  popToMark(): PyValue[] {
    const height = this.#marks.pop()
    if (height === undefined) throw invalidCheckpoint('expected an open MARK, got none')
    return this.#stack.splice(height)
  }

  /** Takes off the top value, or the MARK if nothing is above it. */
  popValueOrMark(): void {
    if (this.#marks.length > 0 && this.#stack.length === this.#fence()) this.#marks.pop()
    else this.pop()
  }

  memoize(index = this.#memo.size): void {
    this.#memo.set(index, this.top())
  }

  pushMemo(index: number): void {
    const value = this.#memo.get(index)
    if (value === undefined) throw invalidCheckpoint(`expected a value in memo entry ${index}, got none`)
    this.push(value)
  }

  /** The one value that a finished pickle leaves. */
  result(): PyValue {
    const value = this.pop()
    if (this.#stack.length > 0 || this.#marks.length > 0) {
      throw invalidCheckpoint(
        `expected one value, got ${this.#stack.length + 1} and ${this.#marks.length} open MARKs`,
      )
    }
    return value
  }

  /** Height of the stack at the innermost MARK. */
  #fence(): number {
    return this.#marks.length === 0 ? 0 : at(this.#marks, this.#marks.length - 1)
  }
}
