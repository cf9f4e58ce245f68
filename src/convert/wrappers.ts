/** What PyTorch puts before every name of a network that was wrapped: by DataParallel, and by torch.compile. */
const PREFIXES = ['module.', '_orig_mod.']

/** The same by the names that the network had before it was wrapped, in whatever order and how often. */
export function withoutWrappers<T>(tensors: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  const prefix = PREFIXES.find(
    (one) => tensors.size > 0 && [...tensors.keys()].every((name) => name.startsWith(one)),
  )
  if (prefix === undefined) return tensors
  return withoutWrappers(new Map([...tensors].map(([name, tensor]) => [name.slice(prefix.length), tensor])))
}
