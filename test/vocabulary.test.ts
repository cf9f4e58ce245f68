import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'

import { expect } from 'chai'

import { repositoryRoot } from './repository.js'

interface Rule {
  /** What this project once said. */
  was: string
  /** The word in all its forms. */
  avoid: RegExp
  use: string
  /** The folder that the rule is for; all by default. */
  only?: string
}

/** The field's words in place of others that this project once used; docs/glossary.md explains them. */
const RULES: readonly Rule[] = [
  // Requests and queues.
  {
    was: 'given up',
    avoid: /\bgiv(?:e|es|en|ing) up\b(?! to)|\b(?:giveUp|givenUp|isGivenUp|scoreUnless)\b/i,
    use: 'cancel, evict',
  },
  {
    was: 'crowdedAt',
    avoid: /\b(?:crowdedAt|LATELY_MS|keepNoDeadline)\b/,
    use: 'lastContentionAt, CONTENTION_WINDOW_MS',
  },
  {
    was: 'flights',
    avoid: /(?<!in-|in |single-|single )\bflights?\b|\blanded\b/i,
    use: 'in-flight request, resolve',
  },
  { was: 'secondLevel', avoid: /\bsecond-?level\b/i, use: 'remote cache' },
  { was: 'mapInTurns', avoid: /\bin turns\b|\b(?:mapInTurns|TURN_MS)\b/i, use: 'yielding, mapYielding' },
  // In quotes it is what an answer of `/v1/decisions` is called there.
  { was: 'is refused', avoid: /(?<!['"`])\brefus(?:e|es|ed|ing|al|als)\b/i, use: 'reject, rejection' },
  {
    was: 'our mistake',
    avoid: /\bour mistake\b|\b(?:isOurMistake|endUnread)\b/i,
    use: 'internal error, exitOnBrokenPipe',
  },
  // Engines and networks.
  { was: 'EngineWish', avoid: /\bwish(?:es|ed)?\b|EngineWish/i, use: 'preference' },
  { was: 'ladder', avoid: /\bladders?\b|\bclimb(?:s|ed|ing)?\b/i, use: 'engine selection' },
  {
    was: 'takeApart',
    avoid: /\b(?:takeApart|plainNetwork|leastPairs)\b/,
    use: 'decompose, unfactorizedNetwork, minBlockSize',
  },
  {
    was: 'brainToNumber',
    avoid: /\b(?:brainToNumber|halfToNumber)\b/,
    use: 'bfloat16ToNumber, float16ToNumber',
  },
  { was: 'square of scores', avoid: /\bsquares? of scores\b/i, use: 'attention scores' },
  {
    was: 'kinds of prompts',
    avoid: /\bkinds(?:Part|Branch)\b|\bkinds? of prompts?\b/i,
    use: 'gated mixture, latent class, category',
  },
  { was: 'quantities', avoid: /\b(?:quantities|manyZeros|rareNumber)\b/i, use: 'raw features, zeroInflated' },
  // Saved models and checkpoints.
  { was: 'IfTaken', avoid: /\b(?:IfTaken|checkPlace|putBack)\b/, use: 'OnConflict, prepareDestination' },
  {
    was: 'does not fit',
    avoid: /\bmisfits?\b|\b(?:does|do|did) not fit\b/i,
    use: 'mismatch, does not match',
  },
  {
    was: 'kindOf',
    avoid: /\b(?:knownGlobals|kindOf|Kinded)\b|\/wording\.js/,
    use: 'allowedGlobals, typeName, formatting',
  },
  { was: 'const sentence', avoid: /\b(?:const|let) sentence\b/, use: 'message' },
  // Training.
  {
    was: 'taken up',
    avoid: /\b(?:trainParts?|onTakenUp|progressFile)\b|\btaken up\b|\bgoing on after\b/i,
    use: 'component, checkpoint, resume',
  },
  {
    was: 'trustIn',
    avoid: /\b(?:trustIn|leaveKindsOut|trainedOn|examineApart)\b/,
    use: 'reliabilityNotes, crossValidateCategories, trainPredictor, ...',
  },
  // Evaluation.
  { was: 'DuelReport', avoid: /\bduels?\b|Duel|\brivals?\b/i, use: 'two-model routing, ModelPair' },
  { was: 'by lots', avoid: /\b(?:by|draws?|drawing) lots\b/i, use: 'random routing' },
  {
    was: 'told what a router is not',
    avoid: /\btold what a router\b/i,
    use: "uses the prompt's category, unavailable at routing time",
  },
  {
    was: 'put right',
    avoid: /\b(?:blocksOf|keepLlms|Repairs)\b|\bput right\b|\bblocks of LLMs\b/,
    use: 'connected components, filterLlms, CleaningReport, corrected',
  },
  { was: 'paper(', avoid: /\bPAPER\b|\b(?:paper|drawing|writtenOut)\(/, use: 'axes, svgDocument' },
  // The benchmark and the architecture.
  { was: 'contender', avoid: /\bcontenders?\b|\bentrants?\b/i, use: 'system under test' },
  {
    was: 'absent',
    avoid: /\babsent\b|\bremembers\b|\b(?:startField|stageOf)\b/i,
    use: 'skipped, hasCache, pool, context',
    only: 'bench',
  },
  { was: 'floors', avoid: /\brooms\b|\bfloors\b/i, use: 'modules, layers' },
  // Limits.
  {
    was: 'LONGEST_SHOWN',
    avoid: /\b(?:MOST|LEAST|FEWEST|LONGEST|SHORTEST|LARGEST|SMALLEST)(?:_[A-Z]+)*\b/,
    use: 'MAX_..., MIN_...',
  },
  // Plain English.
  { was: 'whole number', avoid: /\bwhole numbers?\b/i, use: 'integer' },
  { was: 'processor time', avoid: /\bprocessor time\b/i, use: 'CPU time' },
  { was: 'beside', avoid: /\bbeside\b/i, use: 'next to, alongside, against, besides' },
  { was: 'anew', avoid: /\banew\b/i, use: 'again' },
  { was: 'sought', avoid: /\bsought\b/i, use: 'looked up' },
  { was: 'passed over', avoid: /\bpassed over\b/i, use: 'skipped' },
  { was: 'thrown away', avoid: /\bthr(?:ow|ows|own|ew|owing) away\b/i, use: 'discard' },
  { was: 'dear', avoid: /\bdear(?:er|est)?\b/i, use: 'expensive' },
  { was: 'by way of', avoid: /\bby way of\b/i, use: 'through' },
  { was: 'a hair', avoid: /\ba (?:hair|touch)\b/i, use: 'slightly' },
  {
    was: 'where it is none',
    avoid: /\bwhere it is none\b|\bthat is none of\b|\bno \w+ that can be read\b/i,
    use: 'if it is invalid, no readable ...',
  },
  // Messages.
  { was: 'There is nothing at', avoid: /\bThere is nothing at\b/i, use: 'Not found: X' },
  { was: 'exists already', avoid: /\bexists already\b/i, use: 'X already exists; use --replace or ...' },
  {
    was: 'is not of this run',
    avoid: /\bnot of this run\b/i,
    use: 'was written by a different run; choose another --out',
  },
  {
    was: 'no training prompt knows them',
    avoid: /\bno training prompt knows\b/i,
    use: 'skipped (no training data)',
  },
  {
    was: 'scorer lost',
    avoid: /\bscorer lost\b|\bcomputes nothing more\b/i,
    use: 'scorer worker exited; server is shutting down',
  },
  // American spelling, as the languages and libraries around us have it.
  { was: 'colourOf', avoid: /(?:col|neighb|fav|behavi|flav|hon)our/i, use: '-or' },
  {
    was: 'minimise',
    avoid:
      /(?:categor|factor|final|general|initial|maxim|memor|minim|normal|optim|organ|parallel|penal|quant|real|recogn|serial|special|standard|summar|synchron|token|util|vector)is(?:e|ed|es|er|ers|ing|ation)\b/i,
    use: '-ize',
  },
  {
    was: 'centred',
    avoid: /\banalys(?:e|ed|es|ing)\b|\bcentred?\b|\blabell(?:ed|ing)\b|\bmodell(?:ed|ing)\b/i,
    use: 'analyze, center, labeled, modeled',
  },
]

/** A default that hides a wrong index or a missing value. */
const SILENT_DEFAULT = /\?\? (?:0|NaN|-1|''|"")(?![\w.])/

const TEXTS = /\.(?:ts|js|mjs|md|py|sh)$/
const ROOTS = ['src', 'bench', 'scripts', 'docs']
/** The benchmark's prompts are made of ordinary words, which mean nothing there. */
const WORD_LIST = path.join('bench', 'prompts', 'words.ts')

function textsIn(folder: string): string[] {
  return readdirSync(path.join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => path.join(folder, file))
    .filter((file) => TEXTS.test(file) && file !== WORD_LIST)
}

const pages = readdirSync(repositoryRoot).filter((file) => file.endsWith('.md'))
const files = [...ROOTS.flatMap(textsIn), ...pages].map((file) => ({
  file,
  lines: readFileSync(path.join(repositoryRoot, file), 'utf8').split('\n'),
}))

/** `src/log.ts:12: the line`; a phrase may go on in the next line of a comment or a page. */
function findingsOf(pattern: RegExp, folder: string): string[] {
  return files
    .filter(({ file }) => file.startsWith(folder))
    .flatMap(({ file, lines }) =>
      lines.flatMap((line, i) => {
        const next = (lines[i + 1] ?? '').replace(/^\s*(?:\*|\/\/|#)?\s*/, '')
        const isFound = pattern.test(line) || (pattern.test(`${line} ${next}`) && !pattern.test(next))
        return isFound ? [`${file}:${i + 1}: ${line.trim()}`] : []
      }),
    )
}

describe('vocabulary', () => {
  it('finds the texts', () => {
    expect(files.length).to.be.greaterThan(200)
  })

  for (const { was, avoid, use, only = '' } of RULES) {
    it(`says "${use}" in place of "${was}"`, () => {
      expect(was).to.match(avoid)
      expect(findingsOf(avoid, only), `use: ${use}`).to.deep.equal([])
    })
  }

  it('has one exception to checked indexing, plain loops with `as number`', () => {
    expect(findingsOf(/no-non-null-assertion/, '')).to.deep.equal([])
  })

  it('has no silent default in src: a wrong index must not read as data', () => {
    expect('values[i] ?? 0').to.match(SILENT_DEFAULT)
    const found = findingsOf(SILENT_DEFAULT, 'src')
    expect(found, 'use `at` or `valueAt` of src/numeric/at.ts, or name the constant').to.deep.equal([])
  })
})
