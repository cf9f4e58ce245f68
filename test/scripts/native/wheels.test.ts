import { expect } from 'chai'

import { parseRequirements } from '../../../scripts/native/wheels.js'

const METADATA = `Metadata-Version: 2.4
Name: tensorflow
Requires-Dist: numpy>=1.26.0
Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"
Requires-Dist: nvidia-nccl-cu12 <3.0 ; extra == 'and-cuda'
Requires-Dist: tensorflow-io-gcs-filesystem>=0.23.1; python_version < "3.12" and extra == "gcs-filesystem"
Provides-Extra: and-cuda

Some text about Requires-Dist: none; extra == "and-cuda"
`

describe('parseRequirements', () => {
  it('gives what one extra adds', () => {
    const requirements = parseRequirements(METADATA, 'and-cuda')
    expect(requirements).to.deep.equal(['nvidia-cublas-cu12<13.0,>=12.5.3.2', 'nvidia-nccl-cu12 <3.0'])
  })

  it('gives nothing for an extra that is not there', () =>
    expect(parseRequirements(METADATA, 'cuda')).to.deep.equal([]))
})
