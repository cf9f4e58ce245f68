import { expect } from 'chai'

import { Metrics } from '../../src/telemetry/metrics.js'
import { RequestTrace } from '../../src/telemetry/requestTrace.js'

describe('Metrics', () => {
  it('tells everything that it has been told, at the next scrape', async () => {
    const metrics = new Metrics('9.9.9')
    const trace = Object.assign(new RequestTrace(), { prompts: 3, tokens: 40, cacheHits: 1, cacheMisses: 2 })
    metrics.requestEnded({ route: '/rank', status: 200, seconds: 0.02, trace })
    metrics.batchStarted(0.4)
    metrics.modelLoaded('dense_network/a')
    metrics.modelNotLoaded('dense_network/b', 'MODEL_BROKEN')
    metrics.modelQuarantined()
    metrics.threadLost('scorer')
    metrics.engineReady('mini', 'wasm', 'fp32')
    metrics.bestLlm('dense_network/a', 'gpt', 2)
    metrics.familiarity(0.3)
    metrics.readiness(true)
    metrics.gauge('queued_tokens', () => 77)
    const text = await metrics.text()
    for (const line of [
      'llimit_build_info{version="9.9.9"} 1',
      'llimit_requests_total{route="/rank",status="200"} 1',
      'llimit_request_seconds_bucket{le="0.025",route="/rank"} 1',
      'llimit_request_seconds_bucket{le="0.01",route="/rank"} 0',
      'llimit_prompts_total 3',
      'llimit_tokens_total 40',
      'llimit_cache_hits_total 1',
      'llimit_cache_misses_total 2',
      'llimit_batch_fill_ratio_bucket{le="0.5"} 1',
      'llimit_model_loads_total{model="dense_network/a"} 1',
      'llimit_model_load_failures_total{model="dense_network/b",code="MODEL_BROKEN"} 1',
      'llimit_model_quarantines_total 1',
      'llimit_thread_restarts_total{thread="scorer"} 1',
      'llimit_thread_restarts_total{thread="encoder"} 0',
      'llimit_engine_info{encoder="mini",engine="wasm",precision="fp32"} 1',
      'llimit_best_llm_total{model="dense_network/a",llm="gpt"} 2',
      'llimit_familiarity_bucket{le="0.5"} 1',
      'llimit_ready 1',
      'llimit_queued_tokens 77',
    ])
      expect(text).to.include(`${line}\n`)
    metrics.modelLoaded('dense_network/a')
    metrics.gauge('loaded_models', () => 4)
    metrics.gauge('tensors', () => Promise.resolve(12))
    const later = await metrics.text()
    expect(later).to.include('llimit_model_loads_total{model="dense_network/a"} 2\n')
    expect(later).to.include('llimit_loaded_models 4\n').and.to.include('llimit_tensors 12\n')
  })

  it('keeps what happens before its library is loaded, which much of it has done', async () => {
    const metrics = new Metrics('1')
    for (let i = 0; i < 3000; i++) metrics.familiarity(0.7)
    await metrics.open()
    expect(await metrics.text()).to.include('llimit_familiarity_count 3000\n')
  })

  it('counts however many requests end between two scrapes', async () => {
    const metrics = new Metrics('1')
    for (let i = 0; i < 1000; i++)
      metrics.requestEnded({ route: '/infer', status: 200, seconds: 0.001, trace: new RequestTrace() })
    expect(await metrics.text()).to.include('llimit_requests_total{route="/infer",status="200"} 1000\n')
  })
})

describe('RequestTrace', () => {
  it('adds up the laps of a stage, and leaves no time out', () => {
    const trace = new RequestTrace(performance.now() - 1000)
    trace.lap('read')
    trace.lap('encode')
    trace.lap('encode')
    const sum = [...trace.stages.values()].reduce((total, ms) => total + ms, 0)
    expect([...trace.stages.keys()]).to.deep.equal(['read', 'encode'])
    expect(trace.stages.get('read')).to.be.at.least(1000)
    expect(sum).to.be.at.most(trace.elapsedMs)
    expect(trace.elapsedMs - sum).to.be.lessThan(100)
  })
})
