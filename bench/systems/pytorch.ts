import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import {
  DOMAIN_KEYWORDS,
  OPENING_VERBS,
  OUTPUT_KEYWORDS,
  STYLE_KEYWORDS,
  TASK_KEYWORDS,
} from '../../src/features/keywords.js'
import { CACHE, ENCODER_DIRECTORY, ROOT } from '../paths.js'
import type { Candidate } from './systemUnderTest.js'
import { scoreMessages } from './messages.js'
import { pythonVersions } from './python.js'

export const PYTORCH = 'PyTorch'
export const PYTORCH_PYTHON = process.env['BENCH_PYTHON'] ?? path.join(CACHE, 'pytorch/bin/python')
export const PYTORCH_SCRIPT = path.join(ROOT, 'bench/peers/pytorch_server.py')

/** The original's work and way of serving; every ratio in the report is to this one. */
export async function findPytorch(): Promise<Candidate> {
  const versions = await pythonVersions(PYTORCH_PYTHON, [
    'torch',
    'sentence-transformers',
    'fastapi',
    'uvicorn',
  ])
  if (typeof versions === 'string') return { name: PYTORCH, skipped: versions }
  const keywordsFile = writeKeywords()
  return {
    ...scoreMessages(),
    name: PYTORCH,
    hasCache: false,
    versions,
    start: (port) => ({
      command: PYTORCH_PYTHON,
      args: [PYTORCH_SCRIPT, 'serve', ENCODER_DIRECTORY, String(port), keywordsFile],
      env: { HF_HUB_OFFLINE: '1' },
    }),
  }
}

/** The lists that our server looks for, so that both do the same work. */
function writeKeywords(): string {
  const { informal, specificity, politeness, urgency, followup } = STYLE_KEYWORDS
  const keywords = [...Object.values(DOMAIN_KEYWORDS), informal, specificity, politeness, urgency]
  const flags = [...Object.values(TASK_KEYWORDS), followup, ...Object.values(OUTPUT_KEYWORDS)]
  const file = path.join(CACHE, 'keywords.json')
  mkdirSync(CACHE, { recursive: true })
  writeFileSync(file, JSON.stringify({ keywords, flags, verbs: OPENING_VERBS }))
  return file
}
