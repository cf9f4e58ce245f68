import { expect } from 'chai'

import { readTasks } from '../../src/collect/readTasks.js'
import { LLimitError } from '../../src/errors.js'
import { DataFiles } from '../outcomes/dataFiles.js'
import { rejection } from '../rejection.js'

describe('readTasks', () => {
  const files = new DataFiles()
  beforeEach(() => files.open())
  afterEach(() => files.close())

  const read = async (name: string, content: string, field = 'reference') =>
    readTasks(await files.write(name, content), field)
  const failed = async (content: string) => {
    const error = await rejection(read('p.jsonl', content))
    expect(error).to.be.instanceOf(LLimitError).and.to.include({ code: 'INVALID_FILE' })
    return (error as Error).message
  }

  it('reads a prompt a line', async () => {
    const [one, other] = await read('p.txt', 'first\nsecond\n')
    expect(one).to.deep.include({ prompt: 'first', references: [], grader: undefined, labels: {} })
    expect(one?.key)
      .to.match(/^[0-9a-f]{32}$/)
      .and.not.equal(other?.key)
  })

  it('reads what JSON lines say of grading, and keeps all else for the command', async () => {
    const line = {
      ...{ prompt: 'x', reference: ['a', 2], grader: 'regex', pattern: 'a|2', rubric: null },
      ...{ source: 's', category: 'c', split: 'dev', tests: ['t'] },
    }
    const [task] = await read('p.jsonl', JSON.stringify(line))
    expect(task).to.deep.include({
      ...{ references: ['a', '2'], grader: 'regex', pattern: 'a|2', rubric: undefined },
      labels: { source: 's', category: 'c', split: 'dev' },
    })
    expect(task?.fields).to.deep.include({ tests: ['t'] })
  })

  it('reads tables, whose cells are texts', async () => {
    const csv = 'Prompt,Answer,grader,schema\nx,7,numeric,\ny,,json-schema,"{""type"": ""object""}"\n'
    const [one, other] = await read('p.csv', csv, 'answer')
    expect(one).to.deep.include({ references: ['7'], grader: 'numeric', schema: undefined })
    expect(other).to.deep.include({ references: [], schema: { type: 'object' } })
  })

  it('takes a prompt that is there twice once, and only if both lines say the same', async () => {
    const same = '{"prompt": "x", "reference": "1", "id": 1}\n{"prompt": "x", "reference": "1", "id": 2}\n'
    expect(await read('p.jsonl', same)).to.have.length(1)
    expect(await failed('{"prompt": "x", "reference": "1"}\n\n{"prompt": "x", "reference": "2"}')).to.match(
      /line 3: expected another prompt than that of .*line 1, got the same with other fields/,
    )
  })

  it('names the line and the field of what is wrong', async () => {
    expect(await failed('')).to.match(/expected prompts, got none/)
    expect(await failed('{"prompt": "x"}\n{"prompt": ""}')).to.match(
      /line 2: prompt: expected the text of a prompt/,
    )
    expect(await failed('{"prompt": "x", "grader": "luck"}')).to.match(
      /line 1: grader: expected one of exact, /,
    )
    expect(await failed('{"prompt": "x", "reference": {"a": 1}}')).to.match(
      /line 1: reference: expected a text/,
    )
    expect(await failed('{"prompt": "x", "schema": "{"}')).to.match(/line 1: schema: expected a JSON schema/)
  })
})
