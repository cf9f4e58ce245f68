import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'

import { InferenceSession, Tensor } from 'onnxruntime-node'

import { OnnxGraph } from '../../src/encoder/onnx/graph.js'

/** Large enough that a product is limited by arithmetic, small enough that its blocks stay in the L2 cache. */
const SIZE = 1536
const REPEATS = 20

/**
 * The limit of this machine for products of float32 matrices: the fastest of several 1536 x 1536 products in ONNX Runtime
 * on all cores, in GF/s. Its kernels are written for the vector width of the processor.
 */
export async function measureSgemm(): Promise<number> {
  const graph = new OnnxGraph()
  const shape = [SIZE, SIZE]
  const inputs = [graph.input('a', 'float32', shape), graph.input('b', 'float32', shape)]
  graph.output(graph.node('MatMul', inputs, {}, { name: 'product' }), 'float32', shape)
  const session = await InferenceSession.create(graph.toBytes(), {
    intraOpNumThreads: availableParallelism(),
  })
  const matrix = () => new Tensor('float32', Float32Array.from({ length: SIZE * SIZE }, Math.random), shape)
  const feeds = { a: matrix(), b: matrix() }
  let fastest = Infinity
  for (let n = 0; n < REPEATS; n++) {
    const begin = performance.now()
    await session.run(feeds)
    fastest = Math.min(fastest, performance.now() - begin)
  }
  await session.release()
  return (2 * SIZE ** 3) / (fastest / 1000) / 1e9
}
