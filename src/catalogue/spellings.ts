/** Regions and makers that Amazon Bedrock writes before a name, each with a dot. */
const REGION = /^(?:us|us-gov|eu|apac|ap|jp|au|ca|sa|global)\./
const MAKER =
  /^(?:anthropic|meta|mistral|amazon|cohere|ai21|deepseek|openai|qwen|moonshotai|moonshot|minimax|zai|google|nvidia|writer)\./

/** A name on its own is never longer; what is compared with others takes time in proportion to its length. */
const MAX_LENGTH = 200

/**
 * The same name with less and less of what a provider adds to it: path, region and maker, version of the deployment. All in
 * lower case, the first as it was given, the last with nothing added.
 */
export function spellingsOf(name: string): string[] {
  const given = name.slice(0, MAX_LENGTH).trim().toLowerCase()
  const alone = given.slice(given.lastIndexOf('/') + 1).replace(/^gpt-35/, 'gpt-3.5')
  const anywhere = alone.replace(REGION, '')
  const unprefixed = anywhere.replace(MAKER, '')
  // Amazon Bedrock ends in the version of its deployment; `v0:2` is the LLM's own.
  const undeployed = unprefixed.replace(/:\d+k$/, '').replace(/(-v?[1-9]\d*):\d+$/, '$1')
  const bare = undeployed === unprefixed ? unprefixed : undeployed.replace(/-v?\d+$/, '')
  // OpenRouter ends in how it is served.
  const untagged = bare.replace(/:(?:free|nitro|floor|online|extended|exacto|beta|cloud|latest)$/, '')
  return [...new Set([given, alone, anywhere, unprefixed, undeployed, bare, untagged])]
}

/** A spelling without the difference of dots, dashes and the like. */
export function flat(spelling: string): string {
  return spelling
    .toLowerCase()
    .replace(/\+/g, '-plus')
    .replace(/[._@: ]+/g, '-')
}
