import type { Results } from '../../../bench/results.js'

/** A run of three systems, one of which fails; a fourth is skipped. */
export function sampleResults(): Results {
  return {
    date: '2030-01-02',
    commit: 'abc1234',
    quick: false,
    rounds: 3,
    machine: { processor: 'Some <CPU>', cores: 2 },
    baseline: 'PyTorch',
    systems: [
      { name: 'ours', answers: 'scores', versions: { express: '5.0.0' }, engine: 'wasm, 2 threads' },
      { name: 'PyTorch', answers: 'scores', versions: { torch: '2.0.0' } },
      { name: 'embedder', answers: 'embeddings', versions: {} },
    ],
    skipped: [{ name: 'missing', skipped: 'No module named "x"' }],
    sections: [
      {
        id: 'single',
        title: 'One prompt',
        rows: [
          { system: 'ours', summaries: [{ metric: 'p50', unit: 'ms', median: 10, rounds: [9, 10, 12] }] },
          {
            system: 'PyTorch',
            summaries: [{ metric: 'p50', unit: 'ms', median: 32.56, rounds: [32.56] }],
          },
          { system: 'embedder', summaries: [], failed: 'first line\nof `two`' },
        ],
      },
      {
        id: 'clients',
        title: 'Many clients',
        rows: [
          {
            system: 'ours',
            summaries: [{ metric: 'throughput', unit: 'requests/s', median: 1234, rounds: [1234] }],
          },
          {
            system: 'PyTorch',
            summaries: [{ metric: 'throughput', unit: 'requests/s', median: 100, rounds: [100] }],
          },
        ],
      },
    ],
  }
}
