import { invalidCheckpoint } from './invalidCheckpoint.js'
import type { PyGlobal, PyValue } from './pickle/values.js'
import { rebuildTensor, STORAGE_GLOBALS } from './torchTensor.js'

/** What every file of `torch.save` with tensors in a dict may ask for by name. None of it reaches outside the file. */
export const TORCH_GLOBALS: readonly PyGlobal[] = [
  { kind: 'global', name: 'collections.OrderedDict', call: makeDict },
  { kind: 'global', name: 'torch._utils._rebuild_tensor_v2', call: rebuildTensor },
  // A tensor that is trained: `_rebuild_parameter(tensor, requires_grad, hooks)`.
  { kind: 'global', name: 'torch._utils._rebuild_parameter', call: ([tensor = null]) => tensor },
  ...STORAGE_GLOBALS,
]

/** Since protocol 2 an OrderedDict is made empty and filled afterwards. */
function makeDict(args: readonly PyValue[]): PyValue {
  if (args.length > 0) throw invalidCheckpoint(`OrderedDict: expected no arguments, got ${args.length}`)
  return new Map()
}
