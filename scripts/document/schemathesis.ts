/**
 * What a JSON schema cannot say of a request, and what schemathesis does not expect of a server:
 * - 413 is the answer to more than a limit, which the document tells as `maxItems` and `maxLength`.
 * - A request may be well formed, and name an LLM that the saved model does not have, or give two texts where one of three
 *   fields is wanted: 400, or 422 for the clients of /v1/systemone.
 */
export const CONFIGURATION = `
[checks.negative_data_rejection]
expected-statuses = [400, 404, 405, 413, 415, 422, 429]

[checks.positive_data_acceptance]
expected-statuses = ["2xx", 404, 429]

[[operations]]
include-path-regex = "^/(infer|outcomes|rank|v1/decisions)$"
[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", 400, 404, 413, 429]

[[operations]]
include-path = "/v1/systemone"
[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", 422, 429]
`

/** What came of one run of schemathesis. */
export interface PieceResult {
  requests: number
  /** Kinds of failures, and requests that got no answer. */
  failures: number
  /** What it prints. */
  report: string
}

/** Reads what schemathesis prints at its end: `10011 generated, 13 found 13 unique failures, 1 errored`. */
export function resultIn(report: string): PieceResult {
  const line = /^\s*(\d+) generated(?:, (?:\d+ found )?(\d+) unique failures?)?(.*)$/m.exec(report)
  const [, generated = '0', unique = '0', rest = ''] = line ?? []
  const errored = /(\d+) errored/.exec(rest)?.[1] ?? '0'
  return { requests: Number(generated), failures: Number(unique) + Number(errored), report }
}
