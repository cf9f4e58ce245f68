import process from 'node:process'

import { expect } from 'chai'

import { runProgram } from '../../../scripts/gateways/program.js'

const run = (code: string, timeoutMs = 30_000, env: Record<string, string> = {}) =>
  runProgram(process.execPath, ['-e', code], { cwd: process.cwd(), env, timeoutMs })

describe('runProgram', () => {
  it('tells what a program prints, with the variables that are given', async () => {
    const ended = await run('console.log(process.env.NAME); console.error("and this")', undefined, {
      NAME: 'this',
    })
    expect(ended.isOk).to.equal(true)
    expect(ended.output).to.include('this').and.include('and this')
  })

  it('tells of a program that fails or is not there', async () => {
    expect(await run('console.log("so far"); process.exit(3)')).to.deep.equal({
      isOk: false,
      output: 'so far',
    })
    const missing = await runProgram('no-such-program', [], { cwd: process.cwd(), timeoutMs: 1000 })
    expect(missing.isOk).to.equal(false)
    expect(missing.output).to.include('no-such-program')
  })

  it('kills a program that takes too long, with what it has started', async () => {
    // The inner program holds the streams open: they close only if it ends too.
    const code = `
      const { spawn } = require('node:child_process')
      spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })
      setInterval(() => {}, 1000)`
    const ended = await run(code, 1000)
    expect(ended).to.deep.equal({ isOk: false, output: 'expected to end within 1 s' })
  })
})
