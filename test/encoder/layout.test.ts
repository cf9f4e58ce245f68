import { mkdir, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import { readEncoderSpec } from '../../src/encoder/directory.js'
import { rejection } from '../rejection.js'
import { writeTinyBert } from './tinyBert.js'

describe('the layout of an encoder directory', () => {
  let directory: string
  beforeEach(async () => {
    directory = await writeTinyBert()
  })
  const write = (file: string, content: unknown) =>
    writeFile(path.join(directory, file), typeof content === 'string' ? content : JSON.stringify(content))
  const failure = async () => {
    const error = await rejection(readEncoderSpec(directory))
    expect(error).to.include({ code: 'MODEL_BROKEN' })
    return String(error)
  }
  const CURRENT = [
    { idx: 0, name: '0', path: '', type: 'sentence_transformers.base.modules.transformer.Transformer' },
    {
      idx: 1,
      name: '1',
      path: '1_Pooling',
      type: 'sentence_transformers.sentence_transformer.modules.pooling.Pooling',
    },
    {
      idx: 2,
      name: '2',
      path: '2_Normalize',
      type: 'sentence_transformers.sentence_transformer.modules.normalize.Normalize',
    },
  ]

  for (const mode of ['mean', 'cls'] as const) {
    it(`fault 14: may be that of sentence-transformers 5.4, with ${mode} pooling`, async () => {
      await write('modules.json', CURRENT)
      await write('1_Pooling/config.json', {
        embedding_dimension: 8,
        pooling_mode: mode,
        include_prompt: true,
      })
      expect(await readEncoderSpec(directory)).to.include({ pooling: mode, normalize: true, prompt: '' })
      await write('1_Pooling/config.json', { pooling_mode: [mode] })
      expect(await readEncoderSpec(directory)).to.include({ pooling: mode })
    })
  }

  it('fault 14: names the pooling that is not supported', async () => {
    await write('1_Pooling/config.json', { pooling_mode: 'lasttoken' })
    expect(await failure()).to.match(
      /1_Pooling\/config\.json of the encoder: pooling_mode: expected exactly one of the pooling modes "cls" and "mean", got lasttoken/,
    )
    await write('1_Pooling/config.json', { pooling_mode: ['mean', 'max'] })
    expect(await failure()).to.match(/got mean, max/)
  })

  it('may have its modules in folders of other names, inside the directory', async () => {
    await mkdir(path.join(directory, '0_Transformer'))
    for (const file of ['config.json', 'model.safetensors'])
      await rename(path.join(directory, file), path.join(directory, '0_Transformer', file))
    await rename(path.join(directory, '1_Pooling'), path.join(directory, 'pooling'))
    const [transformer, pooling] = CURRENT
    await write('modules.json', [
      { ...transformer, path: '0_Transformer' },
      { ...pooling, path: 'pooling' },
    ])
    const spec = await readEncoderSpec(directory)
    expect(spec).to.include({ normalize: false, directory })
    expect(spec.transformerDirectory).to.equal(path.join(directory, '0_Transformer'))
    await write('modules.json', [{ ...transformer, path: '../elsewhere' }, pooling])
    expect(await failure()).to.match(/expected a path inside the directory, got "\.\.\/elsewhere"/)
  })

  it('has its modules in the one order that is supported', async () => {
    await write('modules.json', [CURRENT[1], CURRENT[0]])
    expect(await failure()).to.match(
      /expected Transformer, Pooling, then Normalize or nothing, got Pooling, Transformer/,
    )
    await write('modules.json', [CURRENT[0]])
    expect(await failure()).to.match(/got Transformer/)
  })

  const PROMPTS = { prompts: { query: 'query: ', document: '' }, default_prompt_name: 'query' }

  it('fault 15: names the text that is put before every prompt', async () => {
    const before = await readEncoderSpec(directory)
    await write('config_sentence_transformers.json', { ...PROMPTS, default_prompt_name: null })
    expect(await readEncoderSpec(directory)).to.include({ prompt: '', fingerprint: before.fingerprint })
    await write('config_sentence_transformers.json', PROMPTS)
    const after = await readEncoderSpec(directory)
    expect(after.prompt).to.equal('query: ')
    expect(after.fingerprint).not.to.equal(before.fingerprint)
  })

  it('fault 15: refuses a pooling that leaves the prompt out, where there is one', async () => {
    await write('1_Pooling/config.json', { pooling_mode: 'mean', include_prompt: false })
    expect(await readEncoderSpec(directory)).to.include({ prompt: '' })
    await write('config_sentence_transformers.json', PROMPTS)
    expect(await failure()).to.match(
      /include_prompt: expected true, since "query: " is put before every prompt, got false/,
    )
  })

  it('fault 15: refuses a default prompt that is not there', async () => {
    await write('config_sentence_transformers.json', { ...PROMPTS, default_prompt_name: 'passage' })
    expect(await failure()).to.match(
      /default_prompt_name: expected one of the prompts "query", "document", got "passage"/,
    )
    await write('config_sentence_transformers.json', { default_prompt_name: 'toString' })
    expect(await failure()).to.match(/expected one of the prompts none, got "toString"/)
  })

  it('fault 25: may have a byte order mark in its JSON', async () => {
    await write('modules.json', `\ufeff${JSON.stringify(CURRENT)}`)
    expect(await readEncoderSpec(directory)).to.include({ normalize: true })
  })
})
