import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import { readEncoderSpec } from '../../src/encoder/directory.js'
import { openTfjs } from '../../src/encoder/tfjs/tfjsEngine.js'
import { startBackend } from '../../src/tensor/backend.js'
import { rejection } from '../rejection.js'
import { ENCODER_DIRECTORY } from '../savedModels.js'
import { TINY_CONFIG, writeTinyBert } from './tinyBert.js'

describe('readEncoderSpec', () => {
  it('reads the shipped encoder', async () => {
    const spec = await readEncoderSpec(ENCODER_DIRECTORY)
    expect(spec).to.include({ pooling: 'mean', normalize: true })
    expect(spec.bert).to.include({ hidden_size: 384, num_hidden_layers: 6, num_attention_heads: 12 })
    expect(spec.sha256).to.equal('53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db')
  })

  it('tells encoders apart that have the same weights and would give other vectors', async () => {
    const same = [await writeTinyBert(), await writeTinyBert()]
    const others = await Promise.all([
      writeTinyBert({ pooling: 'cls' }),
      writeTinyBert({ normalize: false }),
      ...['tokenizer.json', 'sentence_bert_config.json'].map(async (file) => {
        const directory = await writeTinyBert()
        await writeFile(path.join(directory, file), '{"max_seq_length": 16}')
        return directory
      }),
    ])
    const [first, second, ...rest] = await Promise.all([...same, ...others].map(readEncoderSpec))
    expect(second?.fingerprint).to.equal(first?.fingerprint)
    expect(new Set([first, ...rest].map((spec) => spec?.sha256)).size).to.equal(1)
    expect(new Set([first, ...rest].map((spec) => spec?.fingerprint)).size).to.equal(1 + rest.length)
  })

  const faults: [string, string, unknown, RegExp][] = [
    [
      'another architecture',
      'config.json',
      { ...TINY_CONFIG, model_type: 'roberta' },
      /config\.json of the encoder: model_type: expected "bert", got "roberta"/,
    ],
    [
      'more layers than there can be',
      'config.json',
      { ...TINY_CONFIG, num_hidden_layers: 2 ** 32 },
      /config\.json of the encoder: num_hidden_layers: .*4294967296/,
    ],
    [
      'a decoder, whose tokens read only those before them',
      'config.json',
      { ...TINY_CONFIG, is_decoder: true },
      /config\.json of the encoder: is_decoder: /,
    ],
    [
      'heads that do not divide',
      'config.json',
      { ...TINY_CONFIG, num_attention_heads: 3 },
      /hidden_size: expected a multiple of num_attention_heads 3, got 8/,
    ],
    [
      'max pooling',
      '1_Pooling/config.json',
      { pooling_mode_max_tokens: true },
      /expected exactly one of the pooling modes "cls" and "mean", got max/,
    ],
    [
      'no pooling',
      '1_Pooling/config.json',
      {},
      /expected exactly one of the pooling modes "cls" and "mean", got neither/,
    ],
    [
      'a further module',
      'modules.json',
      [{ type: 'sentence_transformers.models.Dense' }],
      /expected modules of the types Transformer, Pooling, Normalize, got Dense/,
    ],
  ]
  for (const [title, file, content, message] of faults) {
    it(`rejects ${title}`, async () => {
      const directory = await writeTinyBert()
      await writeFile(path.join(directory, file), JSON.stringify(content))
      const error = await rejection(readEncoderSpec(directory))
      expect(error).to.include({ code: 'MODEL_BROKEN' })
      expect(String(error)).to.match(message)
    })
  }

  it('rejects a missing file by name', async () => {
    const directory = await writeTinyBert()
    await rm(path.join(directory, 'model.safetensors'))
    expect(String(await rejection(readEncoderSpec(directory)))).to.match(
      /model\.safetensors of the encoder: expected a file, or pytorch_model\.bin, found none/,
    )
  })

  it('rejects weights that do not match config.json, naming them', async () => {
    await startBackend(['cpu'])
    const directory = await writeTinyBert()
    const loadWith = async (change: object) => {
      await writeFile(path.join(directory, 'config.json'), JSON.stringify({ ...TINY_CONFIG, ...change }))
      return String(await rejection(readEncoderSpec(directory).then((spec) => openTfjs(spec))))
    }
    expect(await loadWith({ num_hidden_layers: 3 })).to.match(
      /missing encoder\.layer\.2\..* and 11 more, unexpected none/,
    )
    expect(await loadWith({ num_hidden_layers: 1 })).to.match(/missing none, unexpected encoder\.layer\.1\./)
    expect(await loadWith({ vocab_size: 41 })).to.match(
      /word_embeddings\.weight: expected the shape \[41, 8\], got \[40, 8\]/,
    )
  })
})
