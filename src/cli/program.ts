import { runProgram } from './commandLine/run.js'

await runProgram(
  {
    name: 'llimit',
    description: 'Predicts, before anything is sent, how well each of many LLMs will answer a prompt.',
    // A command is a file here and a line there; it is loaded when it is called.
    commands: {
      serve: { summary: 'serve the API over HTTP', load: () => import('./serve.js') },
      infer: { summary: 'score a file of prompts without a server', load: () => import('./infer.js') },
      collect: {
        summary: 'ask LLMs, grade their answers and write outcomes to train on',
        load: () => import('./collect.js'),
      },
      train: { summary: 'train a saved model on outcomes', load: () => import('./train.js') },
      'add-llm': {
        summary: 'add an LLM to a saved model from a few outcomes',
        load: () => import('./addLlm.js'),
      },
      learn: {
        summary: 'move the levels of LLMs to outcomes that were reported',
        load: () => import('./learn.js'),
      },
      drift: {
        summary: 'say whether traffic has left what a saved model knows',
        load: () => import('./drift.js'),
      },
      shadow: {
        summary: 'compare a saved model with the one that answers, on what a server was asked',
        load: () => import('./shadow.js'),
      },
      evaluate: { summary: 'measure a saved model against baselines', load: () => import('./evaluate.js') },
      'evaluate-unseen': {
        summary: 'measure a recipe on what is left out of training',
        load: () => import('./evaluateUnseen.js'),
      },
      'evaluate-decisions': {
        summary: 'measure what the objectives of /rank buy',
        load: () => import('./evaluateDecisions.js'),
      },
      'calibrate-threshold': {
        summary: 'find how many prompts a threshold sends to the strong LLM',
        load: () => import('./calibrateThreshold.js'),
      },
      'distill-encoder': {
        summary: 'distil a static encoder from an installed one',
        load: () => import('./distillEncoder.js'),
      },
      'convert-model': {
        summary: 'convert a checkpoint of LLimit v1',
        load: () => import('./convertModel.js'),
      },
      models: {
        summary: 'list saved models, and choose which version of one is live',
        load: () => import('./models.js'),
      },
      'sign-model': {
        summary: 'sign a saved model for servers that take signed ones only',
        load: () => import('./signModel.js'),
      },
      doctor: {
        summary: 'try every engine of the encoder on this machine',
        load: () => import('./doctor.js'),
      },
      bench: {
        summary: 'measure speed against other servers, in a checkout',
        load: () => import('./bench.js'),
      },
    },
  },
  process.argv.slice(2),
)
