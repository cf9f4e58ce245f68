import type { Report } from '../../src/feedback/report.js'

export function aReport(id: string): Report {
  return {
    id,
    at: '2026-11-26T12:00:00.000Z',
    model: 'dense_network/tiny',
    version: 1,
    encoder: 'e1',
    feature_spec: 'f1',
    llm: 'a',
    score: 0.5,
    probability: 0.25,
    familiarity: null,
    embedding: Float32Array.of(1, 2),
    features: Float32Array.of(3),
  }
}
