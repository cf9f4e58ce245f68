import { expect } from 'chai'

import { INFER, post, useApp } from '../runningApp.js'

describe('GET /metrics', () => {
  const app = useApp({
    infer: ({ prompts }, _signal, trace) => {
      if (trace !== undefined) trace.prompts = prompts.length
      trace?.lap('score')
      return Promise.resolve({ scores: new Map(), resolved: new Map() })
    },
  })

  it('counts requests by route and status, with their times by stage, and says nothing of a prompt', async () => {
    await post(app, { ...INFER, prompts: ['a secret', 'b'] })
    await post(app, { ...INFER, prompts: 'no list' })
    await fetch(`${app.url}/nope/secret`)
    const response = await fetch(`${app.url}/metrics`)
    expect(response.headers.get('content-type')).to.match(/^text\/plain; version=0\.0\.4/)
    const text = await response.text()
    expect(text).to.include('llimit_requests_total{route="/infer",status="200"} 1\n')
    expect(text).to.include('llimit_requests_total{route="/infer",status="400"} 1\n')
    expect(text).to.include('llimit_requests_total{route="none",status="404"} 1\n')
    expect(text).to.include('llimit_request_seconds_count{route="/infer"} 2\n')
    expect(text).to.include('llimit_stage_seconds_count{stage="score"} 1\n')
    expect(text).to.include('llimit_prompts_total 2\n')
    expect(text).to.include('llimit_in_flight_requests 1\n')
    expect(text)
      .to.match(/^nodejs_eventloop_lag_seconds /m)
      .and.to.match(/^process_resident_memory_bytes /m)
    expect(text).to.not.include('secret')
  })
})
