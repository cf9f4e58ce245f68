import { expect } from 'chai'

import { Terminal } from '../../../src/cli/commandLine/terminal.js'
import { rejection } from '../../rejection.js'
import { Kept } from './streams.js'

function open(flags: { json?: boolean; quiet?: boolean }) {
  const [stdout, stderr] = [new Kept(), new Kept()]
  const { signal } = new AbortController()
  return {
    stdout,
    stderr,
    terminal: new Terminal({ stdout, stderr, json: false, quiet: false, signal, ...flags }),
  }
}

describe('Terminal', () => {
  it('prints the result on stdout and all else on stderr', () => {
    const { terminal, stdout, stderr } = open({})
    terminal.print('result')
    terminal.note('note')
    terminal.result({ a: 1 })
    expect([stdout.text, stderr.text]).to.deep.equal(['result\n', 'note\n'])
  })

  it('prints one JSON document alone on stdout if it is asked to', () => {
    const { terminal, stdout, stderr } = open({ json: true })
    terminal.print('result')
    terminal.note('note')
    terminal.result(undefined)
    terminal.result({ a: 1 })
    expect(JSON.parse(stdout.text)).to.deep.equal({ a: 1 })
    expect(stderr.text).to.equal('result\nnote\n')
  })

  it('prints the result alone if it is to be quiet', () => {
    const { terminal, stdout, stderr } = open({ quiet: true })
    terminal.print('result')
    terminal.note('note')
    expect([stdout.text, stderr.text]).to.deep.equal(['result\n', ''])
  })

  it('does once what was deferred, the latest first', async () => {
    const { terminal } = open({})
    const done: number[] = []
    for (const n of [1, 2]) terminal.defer(() => Promise.resolve(void done.push(n)))
    await terminal.close()
    await terminal.close()
    expect(done).to.deep.equal([2, 1])
  })

  it('gives the value of the work whose progress it shows, or its error', async () => {
    const { terminal } = open({})
    expect(await terminal.progress('x', () => 5)).to.equal(5)
    expect(await rejection(terminal.progress('x', () => Promise.reject(new Error('no'))))).to.have.property(
      'message',
      'no',
    )
  })
})
