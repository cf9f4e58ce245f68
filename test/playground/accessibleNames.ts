import type { Page } from 'playwright-core'

/** Roles of what a reader can operate, and of regions and pictures that a screen reader announces. */
const NAMED = [
  'alert',
  'button',
  'checkbox',
  'combobox',
  'form',
  'image',
  'link',
  'meter',
  'navigation',
  'radio',
  'region',
  'searchbox',
  'slider',
  'spinbutton',
  'table',
  'textbox',
  'DisclosureTriangle',
  'ComboBoxSelect',
]
/** Its text is its content. */
const BY_CONTENT = ['alert']

interface Node {
  ignored: boolean
  role?: { value?: unknown }
  name?: { value?: unknown }
  properties?: { name: string; value: { value?: unknown } }[]
}

/** Roles of the controls of which the browser tells a screen reader no name. */
export async function namelessControls(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  const { nodes } = (await session.send('Accessibility.getFullAXTree')) as { nodes: Node[] }
  await session.detach()
  const seen = nodes.filter(({ ignored }) => !ignored)
  const controls = seen.filter(({ role, properties = [] }) => {
    const isFocusable = properties.some(({ name, value }) => name === 'focusable' && value.value === true)
    const word = String(role?.value)
    return word !== 'RootWebArea' && !BY_CONTENT.includes(word) && (isFocusable || NAMED.includes(word))
  })
  if (controls.length < 10) throw new Error(`expected the controls of the page, got ${controls.length}`)
  return controls
    .filter(({ name }) => typeof name?.value !== 'string' || name.value.trim() === '')
    .map(({ role }) => String(role?.value))
}
