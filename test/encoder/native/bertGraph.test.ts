import { expect } from 'chai'
import { z } from 'zod'

import type { EncoderSpec } from '../../../src/encoder/directory.js'
import { writeBertModel } from '../../../src/encoder/native/bertGraph.js'
import { decodeSavedModel } from '../../../src/encoder/native/messages.js'
import { weightTable } from '../../../src/encoder/weights.js'
import { TINY_CONFIG } from '../tinyBert.js'

const FLOAT32 = 1
const BFLOAT16 = 14

const shapeSchema = z
  .object({ dim: z.array(z.object({ size: z.number() })).default([]) })
  .transform(({ dim }) => dim.map(({ size }) => size))
const infosSchema = z.record(z.string(), z.object({ name: z.string(), tensorShape: shapeSchema }))
const modelSchema = z.object({
  savedModelSchemaVersion: z.literal(1),
  metaGraphs: z.tuple([
    z.object({
      metaInfoDef: z.object({ tags: z.tuple([z.literal('serve')]) }),
      graphDef: z.object({
        node: z.array(
          z.object({
            name: z.string(),
            op: z.string(),
            input: z.array(z.string()).default([]),
            attr: z.record(z.string(), z.looseObject({ type: z.number().optional() })),
          }),
        ),
      }),
      signatureDef: z.record(z.string(), z.object({ inputs: infosSchema, outputs: infosSchema })),
    }),
  ]),
})

const table = weightTable(TINY_CONFIG)

describe('writeBertModel', () => {
  for (const precision of ['fp32', 'bf16'] as const) {
    describe(`in ${precision}`, () => {
      const { nodes, signatures } = write(precision)

      it('names every node once and uses none before it stands there', () => {
        const seen = new Set<string>()
        for (const { name, input } of nodes) {
          for (const value of input) expect(seen, name).to.include(value.replace(/^\^/, ''))
          expect(seen).not.to.include(name)
          seen.add(name)
        }
      })

      it('assigns every weight to a variable of its own, once', () => {
        const assigned = nodes.filter(({ op }) => op === 'AssignVariableOp').map(({ input }) => input[0])
        expect(assigned).to.have.members(table.map(({ name }) => `variable/${name}`))
      })

      it('assigns before it says that it has loaded', () => {
        const { input } = find(nodes, 'load/count')
        const assignments = nodes.filter(({ op }) => op === 'AssignVariableOp')
        expect(input.slice(1)).to.have.members(assignments.map(({ name }) => `^${name}`))
      })

      it('never gives the memory of an input to a variable', () => {
        const inputs = new Set(nodes.filter(({ op }) => op === 'Placeholder').map(({ name }) => name))
        const values = nodes.filter(({ op }) => op === 'AssignVariableOp').map(({ input }) => input[1])
        for (const value of values) expect(inputs).not.to.include(value)
      })

      it('keeps the weights of linear layers in the precision and all else in float32', () => {
        for (const { name } of table) {
          const isLinear = !name.startsWith('embeddings.') && !name.includes('LayerNorm')
          const type = find(nodes, `variable/${name}`).attr['dtype']?.type
          expect(type, name).to.equal(isLinear && precision === 'bf16' ? BFLOAT16 : FLOAT32)
        }
      })

      it('takes the weights in the shapes of the table', () => {
        const shapes = Object.entries(signatures['load']?.inputs ?? {}).map(([name, info]) => ({
          name,
          shape: info.tensorShape,
        }))
        expect(shapes).to.have.deep.members(table)
      })

      it('takes packed tokens of any number and gives a vector per prompt', () => {
        const { inputs = {}, outputs = {} } = signatures['serve'] ?? {}
        expect(shapesOf(inputs)).to.deep.equal({
          ids: [-1],
          positions: [-1],
          toPadded: [-1, -1],
          fromPadded: [-1],
          mask: [-1, -1],
        })
        expect(shapesOf(outputs)).to.deep.equal({ embedding: [-1, TINY_CONFIG.hidden_size] })
      })
    })
  }
})

function write(precision: 'fp32' | 'bf16') {
  const spec: EncoderSpec = {
    kind: 'bert',
    directory: '',
    transformerDirectory: '',
    bert: TINY_CONFIG,
    pooling: 'mean',
    normalize: true,
    prompt: '',
    weights: { format: 'safetensors', files: [], sha256: '' },
    sha256: '',
    fingerprint: '',
  }
  const [graph] = modelSchema.parse(decodeSavedModel(writeBertModel(spec, precision))).metaGraphs
  return { nodes: graph.graphDef.node, signatures: graph.signatureDef }
}

function find(nodes: ReturnType<typeof write>['nodes'], name: string) {
  const node = nodes.find((candidate) => candidate.name === name)
  if (node === undefined) throw new Error(`the graph has no node ${name}`)
  return node
}

function shapesOf(infos: z.infer<typeof infosSchema>): Record<string, number[]> {
  return Object.fromEntries(Object.entries(infos).map(([name, { tensorShape }]) => [name, tensorShape]))
}
