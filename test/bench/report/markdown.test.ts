import { expect } from 'chai'

import { renderMarkdown } from '../../../bench/report/markdown.js'
import { sampleResults } from './sample.js'

describe('performance.md', () => {
  it('gives medians, and how many times better than the baseline, whichever way the unit points', () => {
    const markdown = renderMarkdown(sampleResults())
    expect(markdown).to.include('| ours | 10.0 (3.3×) |')
    expect(markdown).to.include('| PyTorch | 32.6 |')
    expect(markdown).to.include('| ours | 1,230 (12×) |')
  })

  it('names what failed, what is skipped and what does a part of the work', () => {
    const markdown = renderMarkdown(sampleResults())
    expect(markdown).to.include("embedder failed: `first line of 'two'`")
    expect(markdown).to.include('- Skipped: missing (`No module named "x"`).')
    expect(markdown).to.include('- **embedder †** answers with embeddings.')
    expect(markdown).not.to.include('| embedder † |  |')
  })

  it('names the machine, the commit and the versions', () => {
    const markdown = renderMarkdown(sampleResults())
    for (const part of [
      'Some <CPU>',
      'abc1234',
      'torch 2.0.0',
      'engine: wasm, 2 threads',
      '2030-01-02',
      '3 interleaved rounds',
    ])
      expect(markdown).to.include(part)
  })

  it('says when the sizes were cut', () => {
    expect(renderMarkdown(sampleResults())).not.to.include('quick')
    expect(renderMarkdown({ ...sampleResults(), quick: true })).to.include('it measures nothing')
  })

  it('makes no ratios where the baseline did not run', () => {
    const { sections, ...rest } = sampleResults()
    const without = sections.map(({ rows, ...section }) => ({
      ...section,
      rows: rows.filter(({ system }) => system !== 'PyTorch'),
    }))
    const markdown = renderMarkdown({ ...rest, sections: without })
    expect(markdown).to.include('| ours | 10.0 |')
  })
})
