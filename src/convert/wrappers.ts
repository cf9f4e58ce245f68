/** What PyTorch puts into names of a network or a part of it that was wrapped: DataParallel, and torch.compile. */
const WRAPPERS = /(?<=^|\.)(?:(?:module|_orig_mod)\.)+/g

/** Of every network; what stands before it there stands before all names, as where the network was a part of another module. */
const OWN_NAME = 'model_embedding.weight'

/** The same by the names that the network had before it was wrapped, in whatever order and how often. */
export function withoutWrappers<T>(tensors: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  const unwrapped = renamed(tensors, (name) => name.replace(WRAPPERS, ''))
  const names = [...unwrapped.keys()]
  const [prefix, ...more] = names.flatMap((name) =>
    name.endsWith(`.${OWN_NAME}`) ? [name.slice(0, -OWN_NAME.length)] : [],
  )
  if (prefix === undefined || more.length > 0 || !names.every((name) => name.startsWith(prefix)))
    return unwrapped
  return renamed(unwrapped, (name) => name.slice(prefix.length))
}

/** As they are if two would get one name. */
function renamed<T>(
  tensors: ReadonlyMap<string, T>,
  rename: (name: string) => string,
): ReadonlyMap<string, T> {
  const changed = new Map([...tensors].map(([name, tensor]) => [rename(name), tensor]))
  return changed.size === tensors.size ? changed : tensors
}
