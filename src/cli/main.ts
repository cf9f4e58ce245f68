#!/usr/bin/env node
import { newestProgram } from './newestProgram.js'
import { nameSourceLines } from './sourceLines.js'

// First of all: stack traces name lines of TypeScript for modules that are loaded later only. A server reads the maps when something
// fails: to read them takes a tenth of the time to its first answer.
const isServer = process.argv[2] === 'serve'
if (isServer) nameSourceLines()
else process.setSourceMapsEnabled(true)
await import(isServer ? newestProgram(new URL('../..', import.meta.url)).href : './program.js')
