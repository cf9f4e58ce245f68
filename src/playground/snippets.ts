import { compactObjective } from './objectives.js'
import type { RankBody } from './request.js'

/** What the page has asked, to copy into a program. */

export const LANGUAGES = ['curl', 'TypeScript', 'Python', 'LiteLLM'] as const
export type Language = (typeof LANGUAGES)[number]

/** An LLM to route to. */
export interface Target {
  name: string
  maker?: string
}

/**
 * @param base address of the server, with a slash at the end
 * @param targets for a gateway, which needs a list, the last of them for requests that could not be routed
 */
export function snippet(
  language: Language,
  base: string,
  body: RankBody,
  targets: readonly Target[],
): string {
  if (language === 'curl') return curl(base, body)
  if (language === 'TypeScript') return typeScript(base, body)
  return language === 'Python' ? python(base, body) : liteLlm(base, body, targets)
}

function curl(base: string, body: RankBody): string {
  const data = JSON.stringify(body, null, 2).replaceAll("'", String.raw`'\''`)
  return `curl ${base}rank -H 'content-type: application/json' -d '${data}'\n`
}

function typeScript(base: string, body: RankBody): string {
  return `const response = await fetch(${JSON.stringify(`${base}rank`)}, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(${indented(JSON.stringify(body, null, 2))}),
})
if (!response.ok) throw new Error(await response.text())
const answer = (await response.json()) as { prompts: { choice: string | null; reason: string }[] }
for (const { choice, reason } of answer.prompts) console.log(choice, reason)
`
}

function python(base: string, body: RankBody): string {
  return `import json
import urllib.request

body = ${pythonOf(body)}
request = urllib.request.Request(
    ${JSON.stringify(`${base}rank`)},
    data=json.dumps(body).encode(),
    headers={"content-type": "application/json"},
)
with urllib.request.urlopen(request) as response:
    for prompt in json.load(response)["prompts"]:
        print(prompt["choice"], prompt["reason"])
`
}

/** Names of makers in front of the names of their LLMs, as LiteLLM has them. */
const PREFIXES = new Map([
  ['Anthropic', 'anthropic'],
  ['DeepSeek', 'deepseek'],
  ['Google', 'gemini'],
  ['Mistral AI', 'mistral'],
  ['OpenAI', 'openai'],
  ['xAI', 'xai'],
])

function liteLlm(base: string, { model, objective }: RankBody, targets: readonly Target[]): string {
  const compact = compactObjective(objective)
  const how =
    compact === undefined
      ? 'A budget is for several prompts at once: set LLIMIT_OBJECTIVE to another objective.'
      : `Start the server with LLIMIT_OBJECTIVE=${compact}`
  const fallback = quoted(targets.at(-1)?.name ?? 'the LLM that you use now')
  const lines = (line: (target: Target) => string) => targets.map(line).join('\n')
  return `# config.yaml of the LiteLLM proxy. ${how}
# Behind "model:" goes the name that your provider has.
model_list:
${lines((target) => `  - model_name: ${quoted(target.name)}\n    litellm_params: { model: ${quoted(providerName(target))} }`)}
  - model_name: auto
    litellm_params:
      model: auto_router/complexity_router
      complexity_router_default_model: ${fallback}
      complexity_router_config:
        classifier_type: oss_classifier
        fallback_tier: ${fallback}
        tier_definitions:
${lines(({ name }) => `          - { name: ${quoted(name)}, description: ${quoted(name)} }`)}
        tiers:
${lines(({ name }) => `          ${quoted(name)}: ${quoted(name)}`)}
        opensource_classifier_config:
          { provider: jev, model: ${quoted(model ?? 'llimit')}, api_base: ${quoted(base.replace(/\/$/, ''))}, api_key: none }
`
}

function providerName({ name, maker }: Target): string {
  const prefix = maker === undefined ? undefined : PREFIXES.get(maker)
  return prefix === undefined ? name : `${prefix}/${name}`
}

/** A string of JSON is one of YAML. */
function quoted(text: string): string {
  return JSON.stringify(text)
}

function indented(text: string): string {
  return text.replaceAll('\n', '\n  ')
}

/** A literal; strings and numbers of JSON are those of Python. */
function pythonOf(value: unknown, indent = ''): string {
  const inner = `${indent}    `
  const block = (open: string, entries: readonly string[], close: string) =>
    entries.length === 0
      ? `${open}${close}`
      : `${open}\n${entries.map((entry) => `${inner}${entry},\n`).join('')}${indent}${close}`
  if (Array.isArray(value))
    return block(
      '[',
      value.map((entry) => pythonOf(entry, inner)),
      ']',
    )
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([key, entry]) => `${JSON.stringify(key)}: ${pythonOf(entry, inner)}`,
    )
    return block('{', entries, '}')
  }
  if (value === true) return 'True'
  if (value === false) return 'False'
  return value === null || value === undefined ? 'None' : JSON.stringify(value)
}
