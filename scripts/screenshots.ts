import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'

import type { Browser } from 'playwright-core'

import { findChromium, launchChromium } from './screenshots/chromium.js'

/** What the page shows on each; the conversation is longer than what an encoder reads of a message. */
const CHAT = [
  { role: 'system', content: 'Answer briefly.' },
  { role: 'user', content: 'What is a prime?' },
  { role: 'assistant', content: 'A number above 1 that only 1 and itself divide.' },
  {
    role: 'user',
    content: `Check this proof:\n${'Suppose there were finitely many primes, and multiply them. '.repeat(60)}`,
  },
]
const LLMS = [
  'gpt-4o-2024-05-13',
  'gpt-4o-mini-2024-07-18',
  'claude-3-5-sonnet-20241022',
  'claude-3-haiku-20240307',
  'llama-3.1-8b-instruct',
  'llama-3.1-405b-instruct-fp8',
]
const few = LLMS.map((llm) => `llm=${encodeURIComponent(llm)}`).join('&')

interface Shot {
  name: string
  fragment: string
  colorScheme: 'light' | 'dark'
  viewport: { width: number; height: number }
  isWhole?: boolean
}

const WIDE = { width: 1280, height: 900 }
const NARROW = { width: 390, height: 844 }
const SHOTS: readonly Shot[] = [
  {
    name: 'playground',
    fragment: 'objective=value&amount=0.01',
    colorScheme: 'light',
    viewport: { width: 1080, height: 1190 },
  },
  { name: 'dark', fragment: `objective=dial&${few}`, colorScheme: 'dark', viewport: WIDE, isWhole: true },
  { name: 'narrow', fragment: 'objective=within', colorScheme: 'light', viewport: NARROW, isWhole: true },
  {
    name: 'conversation',
    fragment: `form=messages&text=${encodeURIComponent(JSON.stringify(CHAT, null, 1))}`,
    colorScheme: 'light',
    viewport: WIDE,
    isWhole: true,
  },
  {
    name: 'prompts',
    fragment: `form=prompts&text=${encodeURIComponent('What is Python?\nProve Fermat’s last theorem.\nWrite a haiku.')}&objective=budget`,
    colorScheme: 'dark',
    viewport: NARROW,
    isWhole: true,
  },
]

/** `npm run screenshots -- --url http://localhost:8000 --out docs` of a server that runs; `--all` takes more than that of the README. */
const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:8000' },
    out: { type: 'string', default: 'docs' },
    all: { type: 'boolean', default: false },
  },
})

const executable = findChromium()
if (executable === undefined) throw new Error('expected a Chromium on the PATH or in CHROMIUM, found none')
await mkdir(values.out, { recursive: true })
const browser = await launchChromium(executable)
try {
  for (const shot of values.all ? SHOTS : SHOTS.slice(0, 1)) await take(browser, shot)
} finally {
  await browser.close()
}

async function take(
  from: Browser,
  { name, fragment, colorScheme, viewport, isWhole = false }: Shot,
): Promise<void> {
  const page = await from.newPage({ colorScheme, viewport })
  await page.goto(`${values.url}/playground#${fragment}`)
  // Once for the server to load what it needs, once for the picture.
  await page.locator('#timing').filter({ hasText: 'On the screen' }).waitFor()
  await page.reload()
  await page.locator('#timing').filter({ hasText: 'On the screen' }).waitFor()
  await page.locator('#llm-list details').first().waitFor({ state: 'attached' })
  const file = path.join(values.out, `${name}.png`)
  await page.screenshot({ path: file, fullPage: isWhole })
  await page.close()
  process.stdout.write(`${file}\n`)
}
