import { expect } from 'chai'

import { Metrics } from '../../src/telemetry/metrics.js'
import { RequestTrace } from '../../src/telemetry/requestTrace.js'
import { SharedMetrics } from '../../src/telemetry/sharedMetrics.js'

describe('SharedMetrics', () => {
  const after = (requests: number) => {
    const metrics = new Metrics('1')
    metrics.gauge('queued_tokens', () => 10)
    for (let i = 0; i < requests; i++)
      metrics.requestEnded({ route: '/infer', status: 200, seconds: 0.001, trace: new RequestTrace() })
    return metrics.values()
  }
  const countIn = (text: string) => /^llimit_requests_total\{.*\} (\d+)$/m.exec(text)?.[1]
  const bucketIn = (text: string) =>
    /^llimit_request_seconds_bucket\{le="0\.001",.*\} (\d+)$/m.exec(text)?.[1]

  it('adds up counters, histograms and gauges of all processes, but what each says of itself', async () => {
    const text = await new SharedMetrics().text(
      new Map([
        [1, await after(3)],
        [2, await after(4)],
      ]),
    )
    expect([countIn(text), bucketIn(text)]).to.deep.equal(['7', '7'])
    expect(text).to.include('llimit_queued_tokens 20\n').and.to.include('llimit_build_info{version="1"} 1\n')
  })

  it('never falls when processes end, and forgets what they had in their hands', async () => {
    const shared = new SharedMetrics()
    await shared.text(
      new Map([
        [1, await after(3)],
        [2, await after(4)],
      ]),
    )
    const one = await shared.text(new Map([[1, await after(5)]]))
    expect([countIn(one), bucketIn(one)]).to.deep.equal(['9', '9'])
    expect(one).to.include('llimit_queued_tokens 10\n')
    const other = await shared.text(new Map([[3, await after(1)]]))
    expect(countIn(other)).to.equal('10')
  })

  it('takes the last answer of a process that does not answer in time', async () => {
    const shared = new SharedMetrics()
    await shared.text(
      new Map([
        [1, await after(3)],
        [2, await after(4)],
      ]),
    )
    expect(
      countIn(
        await shared.text(
          new Map([
            [1, undefined],
            [2, await after(6)],
          ]),
        ),
      ),
    ).to.equal('9')
  })
})
