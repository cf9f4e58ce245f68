import { LLimitError, quote } from '../errors.js'
import { openSafetensors } from '../tensor/safetensors.js'
import type { Safetensors } from '../tensor/safetensors.js'

/**
 * Several safetensors files, each with some of the tensors, as one.
 * @throws LLimitError MODEL_BROKEN as `openSafetensors` does, and for a tensor that two have.
 */
export async function openShards(
  paths: readonly string[],
): Promise<Pick<Safetensors, 'names' | 'shape' | 'read' | 'close'>> {
  const open: Safetensors[] = []
  const close = async () => {
    for (const shard of open) await shard.close()
  }
  const shardOf = new Map<string, Safetensors>()
  try {
    for (const file of paths) {
      const shard = await openSafetensors(file)
      open.push(shard)
      for (const name of shard.names) {
        if (shardOf.has(name))
          throw new LLimitError(
            'MODEL_BROKEN',
            `expected tensor ${quote(name)} in one shard of the weights, got two`,
          )
        shardOf.set(name, shard)
      }
    }
  } catch (error) {
    await close()
    throw error
  }
  const shardWith = (name: string): Safetensors => {
    const shard = shardOf.get(name)
    if (shard !== undefined) return shard
    throw new LLimitError('MODEL_BROKEN', `expected a tensor ${quote(name)} in the weights, found none`)
  }
  return {
    names: [...shardOf.keys()],
    shape: (name) => shardWith(name).shape(name),
    read: (name) => shardWith(name).read(name),
    close,
  }
}
