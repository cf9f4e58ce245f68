import { expect } from 'chai'
import fc from 'fast-check'

import { parseObjective } from '../../src/http/compactObjective.js'
import { objectiveSchema } from '../../src/http/objectiveSchemas.js'
import {
  OBJECTIVES,
  compactObjective,
  isObjectiveKey,
  objectiveForm,
  objectiveOf,
  positionOf,
  rangeOf,
  valueAt,
} from '../../src/playground/objectives.js'

const KEYS = Object.keys(OBJECTIVES).filter(isObjectiveKey)
const NAMES = { strong: 'gpt-4o', weak: 'llama-3.1-8b', baseline: 'gpt-4' }
const NO_NAMES = { strong: '', weak: '', baseline: '' }

describe('objectives of the playground', () => {
  it('are all that the server has', () => {
    const types = objectiveSchema.unwrap().options.map((option) => option.shape.type.value)
    expect(new Set(KEYS.map((key) => objectiveForm(key).type))).to.deep.equal(new Set(types))
  })

  for (const key of KEYS) {
    it(`${key}: the server takes it wherever the slider is, also as a setting`, () => {
      const { slider } = objectiveForm(key)
      const ends = slider === undefined ? [null] : [null, slider.min, slider.start, slider.max]
      for (const amount of ends) {
        const objective = objectiveOf(key, amount, NAMES)
        expect(objectiveSchema.parse(objective)).to.deep.equal(objective)
        const compact = compactObjective(objective ?? {})
        if (key === 'budget') expect(compact).to.equal(undefined)
        else expect(parseObjective(compact ?? 'none', 'LLIMIT_OBJECTIVE').objective).to.deep.equal(objective)
      }
    })
  }

  it('wait for the names of LLMs that they need', () => {
    expect(objectiveOf('threshold', null, { ...NAMES, weak: '' })).to.equal(undefined)
    expect(objectiveOf('guarded', null, NO_NAMES)).to.deep.equal({ type: 'guarded' })
  })
})

describe('a slider', () => {
  for (const key of KEYS) {
    const { slider } = objectiveForm(key)
    if (slider === undefined) continue
    it(`of ${key} covers its values and stays where it was put`, () => {
      const { min, max } = rangeOf(slider)
      expect(valueAt(slider, min)).to.equal(slider.min)
      expect(valueAt(slider, max)).to.equal(slider.max)
      fc.assert(
        fc.property(fc.double({ min, max, noNaN: true }), (position) => {
          const again = valueAt(slider, positionOf(slider, valueAt(slider, position)))
          expect(again).to.be.closeTo(valueAt(slider, position), 0.1 * Math.abs(again))
        }),
      )
    })
  }
})
