import type { ChildProcess } from 'node:child_process'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'

import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'

import { findChromium, launchChromium } from '../../scripts/screenshots/chromium.js'
import { START, fromFragment, toFragment } from '../../src/playground/state.js'
import type { State } from '../../src/playground/state.js'
import { isReady, start } from '../cli/server.js'
import { namelessControls } from './accessibleNames.js'

/** The built page in a real browser, answered by the built server with the shipped saved model. */
describe('the playground in Chromium', () => {
  let server: ChildProcess
  let url: string
  let browser: Browser
  let page: Page
  let faults: string[]

  before(async function () {
    const executable = findChromium()
    if (executable === undefined) {
      process.stderr.write(
        '\nSkipped, since there is no Chromium on the PATH or in CHROMIUM: the playground in Chromium\n',
      )
      this.skip()
    }
    const started = await start({})
    ;({ server, url } = started)
    await started.log.until(isReady)
    browser = await launchChromium(executable)
  })
  after(async () => {
    // Neither is there if the browser was not found.
    const [ours, theirs] = [browser as Browser | undefined, server as ChildProcess | undefined]
    await ours?.close()
    theirs?.kill('SIGKILL')
  })

  beforeEach(async () => {
    page = await browser.newPage()
    faults = []
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) faults.push(message.text())
    })
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== url) faults.push(`asked ${request.url()}`)
    })
  })
  afterEach(async () => {
    await page.close()
    expect(faults).to.deep.equal([])
  })

  const choice = () => page.locator('#choice')
  const timing = () => page.locator('#timing').filter({ hasText: 'On the screen' })

  async function open(state: Partial<State> = {}, base = url): Promise<void> {
    await page.goto(`${base}/playground#${toFragment({ ...START, ...state })}`)
    await timing().waitFor()
    await page.locator('#llm-list details').first().waitFor({ state: 'attached' })
  }

  it('says why an LLM has its probability, and goes on to while one types', async () => {
    await open()
    const why = page.locator('details.why')
    await why.locator('summary').click()
    const last = why.locator('tr').last()
    const before = (await last.textContent()) ?? ''
    expect(before).to.match(/^This prompt[+−]\d+\.\d\d$/)
    expect(await why.textContent()).to.contain('The nearest kinds')
    await page.getByLabel('Text', { exact: true }).fill('hi')
    await last.filter({ hasText: 'This prompt', hasNotText: before.slice(-5) }).waitFor()
  })

  it('shows the choice, the ranking, the plot, what was read and the request', async () => {
    await open()
    const { prompts } = (await (
      await fetch(`${url}/rank`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ prompt: START.text, objective: { type: 'value', dollars: 0.01 } }),
      })
    ).json()) as { prompts: { choice: string; reason: string; ranked: object[]; pareto: string[] }[] }
    const [expected] = prompts
    expect(await choice().textContent()).to.equal(expected?.choice)
    expect(await page.locator('#reason').textContent()).to.equal(expected?.reason)
    await page.getByRole('button', { name: /^Show all/ }).click()
    expect(await page.locator('tbody tr').count()).to.equal(expected?.ranked.length)
    expect(await page.locator('circle.front, circle.choice').count()).to.equal(expected?.pareto.length)
    expect(await page.locator('.facts').textContent()).to.match(/all of its \d+ tokens.*Familiarity/)
    expect(await page.locator('#snippet').textContent()).to.include(`curl ${url}/rank`)
    await page.getByRole('radio', { name: 'LiteLLM' }).check()
    expect(await page.locator('#snippet').textContent()).to.match(/model: "(openai|xai|gemini)\//)
  })

  it('answers what is typed, and says how long that took', async () => {
    await open()
    await page.getByLabel('Text', { exact: true }).fill('')
    await page.getByText('Type a prompt, and name').waitFor()
    await page.getByLabel('Text', { exact: true }).pressSequentially('What is 2 + 2?')
    await timing().waitFor()
    expect(await choice().textContent())
      .to.be.a('string')
      .and.to.not.equal(before)
    const [, ms] = /On the screen (\S+) ms/.exec((await timing().textContent()) ?? '') ?? []
    process.stderr.write(`\nThe first answer was on the screen ${ms} ms after typing stopped.\n`)
  })

  it('moves the choice with a slider, by the keyboard, and keeps all in the fragment', async () => {
    await open({ objective: 'dial', amount: 5 })
    const slider = page.getByRole('slider')
    await slider.focus()
    await slider.press('Home')
    await page.getByText(/best at 0 between/).waitFor()
    const cheapest = await choice().textContent()
    await slider.press('End')
    await page.getByText(/best at 10 between/).waitFor()
    expect(await choice().textContent()).to.not.equal(cheapest)
    await page.waitForURL(/amount=10/)
    expect(fromFragment(new URL(page.url()).hash)).to.deep.equal({ ...START, objective: 'dial', amount: 10 })
    const best = await choice().textContent()
    await page.reload()
    await timing().waitFor()
    expect(await choice().textContent()).to.equal(best)
  })

  it('chooses from LLMs that were searched for', async () => {
    await open()
    await page.getByLabel('Search by name or maker').fill('anthropic claude-3-opus')
    await page.getByRole('button', { name: 'Choose what was found' }).click()
    await page.getByText('1 of 519 LLMs are candidates.').waitFor()
    await choice().filter({ hasText: 'claude-3-opus' }).waitFor()
    await page.getByRole('checkbox', { name: /claude-3-opus/ }).uncheck()
    await page.getByText('All 519 LLMs are candidates.').waitFor()
  })

  it('reads a file, and of a conversation the last user message', async () => {
    await open()
    const chat = [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Good day' },
      { role: 'user', content: 'What is the capital of France?' },
    ]
    const file = {
      name: 'chat.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(chat)),
    }
    await page.locator('#file').setInputFiles(file)
    const facts = page.locator('.facts').filter({ hasText: 'the last user message' })
    expect(await facts.textContent())
      .to.include('“What is the capital of France?”')
      .and.to.include('Not read: 2 more')
    const lines = {
      name: 'prompts.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('What is Python?\nHi\n'),
    }
    await page.locator('#file').setInputFiles(lines)
    await choice().filter({ hasText: '2 prompts' }).waitFor()
    expect(await page.locator('details.prompt').count()).to.equal(2)
  })

  it('says what was cut', async () => {
    await open({
      model: 'dense_network/default@1',
      text: 'one two three four five '.repeat(200),
      objective: 'best',
    })
    expect(await page.locator('.facts').textContent()).to.match(
      /its first 256 of 1,\d+ tokens; the rest was cut/,
    )
  })

  it('shows what is wrong with a request', async () => {
    await open()
    await page.getByLabel('Saved model').selectOption('dense_network/llimit-reference')
    const alert = page.getByRole('alert').filter({ hasText: 'dense_network/llimit-reference' })
    expect(await alert.textContent()).to.include('probabilities')
    // The browser itself reports an answer of 400.
    expect(faults.splice(0))
      .to.match(/status of 400/)
      .and.to.have.length(1)
  })

  it('has a name on every control, under every objective', async () => {
    await open()
    await page.locator('#llm-list details').first().locator('summary').click()
    for (const { value } of await optionsOf(page)) {
      await page.getByLabel('Choose by').selectOption(value)
      expect(await namelessControls(page), value).to.deep.equal([])
    }
    expect(await page.locator('[role=status][aria-live=polite] #choice').count()).to.equal(1)
  })

  it('fits a narrow screen, and is dark where the reader wants it', async () => {
    await page.setViewportSize({ width: 360, height: 740 })
    await page.emulateMedia({ colorScheme: 'light' })
    await open()
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).to.be.at.most(360)
    const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    const light = await background()
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await background()).to.not.equal(light)
  })

  it('works behind a proxy that serves it below a path', async () => {
    const proxy = await proxyBelow('/llm', url)
    const own = url
    url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    try {
      await open({}, `${url}/llm`)
      expect(await choice().textContent()).to.not.equal('')
      expect(await page.locator('#snippet').textContent()).to.include(`curl ${url}/llm/rank`)
    } finally {
      url = own
      proxy.close()
      proxy.closeAllConnections()
    }
  })
})

async function optionsOf(page: Page): Promise<{ value: string }[]> {
  return page.evaluate<{ value: string }[]>(
    '[...document.querySelectorAll("#objective option")].map(({ value }) => ({ value }))',
  )
}

async function proxyBelow(prefix: string, target: string): Promise<Server> {
  const proxy = http.createServer((req, res) => {
    const { url: path = '', method, headers } = req
    if (!path.startsWith(`${prefix}/`)) {
      res.writeHead(404).end()
      return
    }
    const onward = http.request(target + path.slice(prefix.length), { method, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(res)
    })
    req.pipe(onward)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  return proxy
}
