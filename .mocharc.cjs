const process = require('node:process')

// Mocha adds files of the command line to `spec`; here they run by themselves.
const named = process.argv.slice(2).some((argument) => argument.endsWith('.test.js'))

module.exports = {
  spec: named ? [] : ['dist/test/**/*.test.js'],
  'node-option': ['enable-source-maps'],
  // For what hangs: on a machine that does other work a test may take a minute.
  timeout: 300_000,
  exit: true,
  reporter: 'dot',
}
