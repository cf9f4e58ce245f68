import { expect } from 'chai'

import { at } from '../../../src/numeric/at.js'
import { learningRateFactor, scheduleFor } from '../../../src/train/loop/schedule.js'
import { recipeSchema } from '../../../src/train/recipe.js'

describe('scheduleFor', () => {
  const recipe = recipeSchema.parse({
    schedule: { epochs: 8, least_steps: 800, batch_prompts: 64, warm_up_steps: 100, patience: 3 },
  })

  it('is that of the recipe if there are prompts for its steps', () => {
    // 100 steps an epoch, 800 in all: a tenth of them may be warm-up.
    const schedule = { epochs: 8, batchPrompts: 64, warmUpSteps: 80, patience: 3 }
    expect(scheduleFor(recipe, 6400)).to.deep.equal(schedule)
    expect(scheduleFor(recipe, 12_800)).to.deep.equal({ ...schedule, warmUpSteps: 100 })
  })

  it('has more epochs for few prompts, and patience in the same proportion', () => {
    // A step and a bit are two steps an epoch.
    expect(scheduleFor(recipe, 65)).to.deep.include({ epochs: 400, warmUpSteps: 80, patience: 150 })
  })
})

describe('learningRateFactor', () => {
  it('rises in equal steps to 1, then falls along half a cosine to 0', () => {
    const factors = Array.from({ length: 9 }, (_, step) => learningRateFactor(step, 4, 8))
    const expected = [0.25, 0.5, 0.75, 1, 1, (1 + Math.SQRT1_2) / 2, 0.5, (1 - Math.SQRT1_2) / 2, 0]
    factors.forEach((factor, step) => expect(factor).to.be.closeTo(at(expected, step), 1e-12))
  })

  it('begins at 1 without a warm-up, and stays at 0 beyond the end', () => {
    expect(learningRateFactor(0, 0, 10)).to.equal(1)
    expect(learningRateFactor(15, 0, 10)).to.equal(0)
  })
})
