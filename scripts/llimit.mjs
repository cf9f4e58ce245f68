#!/usr/bin/env node
// `llimit` of package.json in a checkout: builds what is out of date, then runs the program.
import process from 'node:process'

process.argv.splice(2, 0, 'src/cli/main.js')
await import('./run.mjs')
