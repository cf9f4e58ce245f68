import path from 'node:path'

import { CACHE, ENCODER_DIRECTORY } from '../paths.js'
import type { Candidate } from './systemUnderTest.js'
import { embeddingMessages } from './messages.js'
import { pythonVersions } from './python.js'

const NAME = 'infinity-emb'
const PYTHON = process.env['BENCH_INFINITY_PYTHON'] ?? path.join(CACHE, 'infinity/bin/python')

/** A dedicated embedding server that batches requests, on its PyTorch engine. */
export async function findInfinity(): Promise<Candidate> {
  const versions = await pythonVersions(PYTHON, ['infinity-emb', 'torch', 'transformers'])
  if (typeof versions === 'string') return { name: NAME, skipped: versions }
  return {
    ...embeddingMessages,
    name: NAME,
    hasCache: false,
    versions,
    start: (port) => ({
      command: PYTHON,
      args: [
        ...[
          '-c',
          'from infinity_emb.cli import cli; cli()',
          'v2',
          '--host',
          '127.0.0.1',
          '--port',
          String(port),
        ],
        ...['--model-id', ENCODER_DIRECTORY, '--served-model-name', 'all-MiniLM-L6-v2'],
        ...['--engine', 'torch', '--device', 'cpu', '--no-bettertransformer'],
      ],
      env: { HF_HUB_OFFLINE: '1', DO_NOT_TRACK: '1' },
    }),
  }
}
