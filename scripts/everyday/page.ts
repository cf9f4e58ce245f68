import { at } from '../../src/numeric/at.js'
import type { DetailedScores } from '../../src/selection/requests.js'

/** LLMs that are shown of each prompt. */
const TOP = 10

/** What a saved model says of everyday prompts, as a page to be looked at: the LLMs with the highest probabilities. */
export function everydayPage(
  model: string,
  prompts: readonly string[],
  { details, prompts: ofPrompts }: DetailedScores,
): string {
  const sections = prompts.map((prompt, p) => {
    const { familiarity, category } = at(ofPrompts, p)
    const rows = [...details]
      .map(([llm, ofLlm]) => ({ llm, ...at(ofLlm, p) }))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, TOP)
      .map(({ llm, probability, low, high, judged_on_this_kind: judged, evidence }) => {
        const interval = low === null || high === null ? '' : `${low.toFixed(2)} to ${high.toFixed(2)}`
        return `| ${llm} | ${probability.toFixed(3)} | ${interval} | ${evidence ?? ''} | ${judged === true ? 'yes' : 'no'} |`
      })
    return [
      `## ${prompt}`,
      '',
      `Familiarity ${familiarity?.toFixed(2) ?? 'unknown'}, most like ${category ?? 'no category'}.`,
      '',
      '| LLM | probability | interval | outcomes on it | judged on this kind |',
      '| --- | ---: | --- | ---: | --- |',
      ...rows,
    ].join('\n')
  })
  const title = '# Everyday prompts\n\nWritten by `npm run everyday`: what '
  const intro = `${title}\`${model}\` says of prompts that people ask every day, the ${TOP} best of ${details.size} LLMs of each. `
  return `${intro}[quality.md](../quality.md) says what looks wrong.\n\n${sections.join('\n\n')}\n`
}
