import { expect } from 'chai'

import { abstainOf } from '../../../src/train/export/modelCard.js'
import { recipeSchema } from '../../../src/train/recipe.js'

describe('abstainOf', () => {
  const boundsOf = (abstain: object) => abstainOf(recipeSchema.parse({ abstain }))

  it('is what the recipe says', () => {
    const abstain = { familiarity: 0.1, evidence: 5 }
    expect(boundsOf(abstain)).to.deep.equal({ abstain })
    expect(boundsOf({})).to.deep.equal({ abstain: { familiarity: 0.05 } })
  })

  it('leaves out what nothing is below', () => {
    expect(boundsOf({ familiarity: 0, evidence: 5 })).to.deep.equal({ abstain: { evidence: 5 } })
    expect(boundsOf({ familiarity: 0 })).to.deep.equal({})
  })
})
