import { expect } from 'chai'

import { cudaLibraryPath } from '../../../scripts/native/addon.js'

/** The folders in the RUNPATH of libtensorflow_framework.so.2 of TensorFlow 2.21.0, as `readelf -d` shows it, each once. */
const SEARCHED = ['nccl', 'cuda_cupti', 'cublas', 'cudnn', 'cufft', 'cusparse', 'cuda_runtime', 'nvshmem']

/** What it opens before it takes a GPU, as its own log shows: where one is missing there is no GPU. */
const OPENED = [
  'nvidia/cuda_runtime/lib/libcudart.so.12',
  'nvidia/cublas/lib/libcublas.so.12',
  'nvidia/cublas/lib/libcublasLt.so.12',
  'nvidia/cufft/lib/libcufft.so.11',
  'nvidia/cusolver/lib/libcusolver.so.11',
  'nvidia/cusparse/lib/libcusparse.so.12',
  'nvidia/cudnn/lib/libcudnn.so.9',
]

describe('cudaLibraryPath', () => {
  for (const file of OPENED) {
    it(`puts ${file} where TensorFlow looks for it`, () => {
      const [part, ...rest] = (cudaLibraryPath(file) ?? '').split('/')
      expect(SEARCHED).to.include(part)
      expect(rest).to.deep.equal(file.split('/').slice(2))
    })
  }

  it('leaves other libraries in the folder of their part', () =>
    expect(cudaLibraryPath('nvidia/nvjitlink/lib/libnvJitLink.so.12')).to.equal(
      'nvjitlink/lib/libnvJitLink.so.12',
    ))

  it('takes libraries only', () => {
    for (const file of [
      'nvidia/cublas/include/cublas.h',
      'nvidia/cublas/lib/__init__.py',
      'nvidia/__init__.py',
      'nvidia_cublas_cu12-12.9.1.4.dist-info/METADATA',
    ])
      expect(cudaLibraryPath(file), file).to.equal(undefined)
  })
})
