/** Where an LLM is asked for, as far as its name says. */
export interface AskedProvider {
  /** As price files call it. */
  provider: string
  /** Whether it may be the maker alone, as in the names of OpenRouter and Hugging Face: the LLM may be asked for elsewhere. */
  isMaker: boolean
}

/** First parts of names -> providers that make LLMs of their own. */
const MAKERS = new Map([
  ['openai', 'openai'],
  ['anthropic', 'anthropic'],
  ['google', 'google'],
  ['mistralai', 'mistral'],
  ['mistral', 'mistral'],
  ['deepseek', 'deepseek'],
  ['deepseek-ai', 'deepseek'],
  ['cohere', 'cohere'],
  ['x-ai', 'x-ai'],
  ['xai', 'x-ai'],
  ['moonshotai', 'moonshotai'],
  ['moonshot', 'moonshotai'],
  ['minimax', 'minimax'],
  ['minimaxai', 'minimax'],
  ['perplexity', 'perplexity'],
  ['z-ai', 'zhipuai'],
  ['zai-org', 'zhipuai'],
  ['arcee-ai', 'arcee'],
  ['amazon', 'aws'],
])

/** First parts of names -> providers that serve LLMs, under the names of the gateways that people use. */
const HOSTS = new Map([
  ['azure', 'azure'],
  ['azure_ai', 'azure'],
  ['bedrock', 'aws'],
  ['bedrock_converse', 'aws'],
  ['vertex_ai', 'google'],
  ['vertex', 'google'],
  ['gemini', 'google'],
  ['cohere_chat', 'cohere'],
  ['groq', 'groq'],
  ['together', 'together'],
  ['together_ai', 'together'],
  ['togetherai', 'together'],
  ['fireworks', 'fireworks'],
  ['fireworks_ai', 'fireworks'],
  ['openrouter', 'openrouter'],
  ['cerebras', 'cerebras'],
  ['cloudflare', 'cloudflare'],
  ['novita', 'novita'],
  ['baseten', 'baseten'],
  ['ovhcloud', 'ovhcloud'],
  ['avian', 'avian'],
  ['github_copilot', 'github-copilot'],
  ['zai', 'zai'],
  ['zhipuai', 'zhipuai'],
])

/** Providers that sell what others make, at their prices. */
export const RESOLD = new Map([
  ['azure', ['openai', 'anthropic', 'deepseek', 'x-ai', 'moonshotai']],
  ['google', ['anthropic']],
])

/** Where the price of an LLM is looked for first if its name does not say: what it costs at its maker. */
export const MAKING_PROVIDERS = [...new Set(MAKERS.values())].filter((maker) => maker !== 'aws')

/** Where it is looked for then: where most people ask for open weights. */
export const SERVING_PROVIDERS = [
  'zai',
  'openrouter',
  'together',
  'fireworks',
  'groq',
  'novita',
  'aws',
  'azure',
]

const BEDROCK =
  /^(?:[a-z-]{2,6}\.)?(?:anthropic|meta|mistral|amazon|cohere|ai21|deepseek|openai|qwen|google|nvidia|writer)\./
const VERTEX = /^claude-[^/]+@/

/**
 * Takes a provider off a name.
 * @param others more providers, which are known by their own names
 */
export function providerOf(
  name: string,
  others: ReadonlySet<string>,
): { asked: AskedProvider | undefined; rest: string } {
  const lower = name.toLowerCase()
  const slash = name.indexOf('/')
  const first = lower.slice(0, Math.max(slash, 0))
  const host = HOSTS.get(first) ?? (others.has(first) && !MAKERS.has(first) ? first : undefined)
  if (host !== undefined) return { asked: { provider: host, isMaker: false }, rest: name.slice(slash + 1) }
  if (lower.startsWith('@cf/')) return { asked: { provider: 'cloudflare', isMaker: false }, rest: name }
  if (lower.startsWith('accounts/')) return { asked: { provider: 'fireworks', isMaker: false }, rest: name }
  if (BEDROCK.test(lower)) return { asked: { provider: 'aws', isMaker: false }, rest: name }
  if (VERTEX.test(lower)) return { asked: { provider: 'google', isMaker: false }, rest: name }
  const maker = MAKERS.get(first)
  if (maker === undefined) return { asked: undefined, rest: name }
  return { asked: { provider: maker, isMaker: true }, rest: name.slice(slash + 1) }
}
