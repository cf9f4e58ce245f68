import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

import { expect } from 'chai'

import { findChromium, launchChromium } from '../../../scripts/screenshots/chromium.js'
import { evaluate } from '../../../src/evaluate/evaluate.js'
import { byEvidence, llmTable } from '../../../src/evaluate/report/cells.js'
import { evaluationReport } from '../../../src/evaluate/report/evaluationReport.js'
import { isPredicting } from '../../../src/evaluate/system.js'
import { checkJudgedData } from '../../../src/outcomes/checkJudgedData.js'
import { pageOf } from '../../../src/report/page.js'
import { judged } from '../../outcomes/judged.js'
import { sampleOutcomes, sampleSystems } from '../sample.js'

const HOSTILE = '</script><img src="https://example.org/x.png" onerror="document.title=1">'

const outcomes = sampleOutcomes()
const systems = sampleSystems(outcomes).map((system) =>
  system.name === 'means' ? { ...system, name: HOSTILE } : system,
)
const predictions = systems.find(isPredicting)?.predictions ?? new Float64Array()
const pair = { strong: 'strong', weak: 'weak' }
const evaluation = evaluate(outcomes, systems, { seed: 1, resamples: 50, pair })
const page = pageOf(
  evaluationReport({
    evaluation,
    llms: llmTable(outcomes, predictions),
    cost: { missing: `No price is known of ${HOSTILE}.` },
    evidence: byEvidence(outcomes, predictions, new Int32Array(outcomes.score.length).fill(12)),
    data: checkJudgedData(judged([{ prompt: 'x', scores: { [HOSTILE]: 1 } }])),
    remarks: ['excluded: something'],
    provenance: { split: 'dev' },
    subtitle: HOSTILE,
  }),
)

describe('the report of an evaluation', () => {
  it('has all numbers as JSON', () => {
    const [, json = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page) ?? []
    const data = JSON.parse(json) as object
    expect(data).to.deep.include(JSON.parse(JSON.stringify({ ...evaluation, split: 'dev' })) as object)
    expect(data).to.have.property('calibrationByEvidence').with.length(1)
  })

  it('has them as tables, with the bins of the reliability', () => {
    const [first] = evaluation.reliability
    for (const { outcomes: n, observed } of first?.bins ?? [])
      expect(page.replace(/>\s+/g, '>'))
        .to.include(`<td class="number">${observed.toFixed(3)}</td>`)
        .and.include(`>${n}</text>`)
    for (const text of [
      'LLMs by category',
      '10 to 29',
      'excluded: something',
      'Two-model routing',
      'by source',
    ])
      expect(page).to.include(text)
  })

  it('asks nobody for anything, whatever names hold, and runs nothing', async function () {
    expect(page).to.not.include('<img')
    expect(page.match(/<script/g)).to.have.length(1)
    const executable = findChromium()
    if (executable === undefined) {
      process.stderr.write(
        '\nSkipped, since there is no Chromium on the PATH or in CHROMIUM: the report in Chromium\n',
      )
      this.skip()
    }
    const folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-report-'))
    const browser = await launchChromium(executable)
    try {
      const file = path.join(folder, 'report.html')
      await writeFile(file, page)
      for (const colorScheme of ['light', 'dark'] as const) {
        const tab = await browser.newPage({ colorScheme, viewport: { width: 390, height: 800 } })
        const faults: string[] = []
        tab.on('console', (message) => faults.push(message.text()))
        tab.on('pageerror', (error) => faults.push(error.message))
        tab.on('request', (request) => faults.push(request.url()))
        await tab.goto(pathToFileURL(file).href)
        expect(faults).to.deep.equal([pathToFileURL(file).href])
        expect(await tab.title()).to.equal('Evaluation of seer')
        // Wide tables scroll by themselves.
        expect(await tab.evaluate('document.documentElement.scrollWidth - innerWidth')).to.equal(0)
        await tab.close()
      }
    } finally {
      await browser.close()
      await rm(folder, { recursive: true })
    }
  })
})
