/** A cache behind the one in memory, shared by several servers. It may lose anything and never makes a request fail. */
export interface SecondLevel<Value> {
  /** One value per key, in order; undefined where there is none. Never rejects, and answers soon. */
  getMany(keys: readonly string[]): Promise<(Value | undefined)[]>
  /** Does not wait for the value to be stored. */
  set(key: string, value: Value): void
  close(): Promise<void>
}
