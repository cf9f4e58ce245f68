import type { Grading } from './grading.js'
import { unusable } from './grading.js'
import { withoutThinking } from './graders/extract.js'
import { comparisonMessages, orderedVerdictIn, verdictOf } from './graders/pairwise.js'
import type { Answer, Comparison } from './log.js'
import type { Task } from './task.js'

/** What a judge says of two answers in both orders, or why it cannot be used; undefined if there is no money left. */
type Compared = (Comparison | { fault: string }) & { cost?: number }

/**
 * Has a judge LLM compare two answers, in both orders.
 * @throws LLimitError as `Endpoint.complete` does
 */
export async function compare(
  task: Task,
  [a, b]: readonly [Answer, Answer],
  grading: Grading,
): Promise<Compared | undefined> {
  const { judge, rubric, id } = grading.comparerOf(task)
  const [textA, textB] = [withoutThinking(a.text), withoutThinking(b.text)]
  const ask = (first: string, second: string) =>
    judge.asker.ask(judge.llm, comparisonMessages(task, [first, second], rubric))
  const [straight, swapped] = await Promise.all([ask(textA, textB), ask(textB, textA)])
  const replies = [straight, swapped].flatMap((reply) => reply ?? [])
  const costs = replies.flatMap(({ cost }) => cost ?? [])
  const cost = costs.length === 0 ? {} : { cost: costs.reduce((sum, one) => sum + one) }
  if (straight === undefined || swapped === undefined)
    return replies.length === 0 ? undefined : { fault: 'the cap of costs allowed one order only', ...cost }
  const [one, other] = [straight, swapped].map(({ text }) => orderedVerdictIn(withoutThinking(text)))
  if (one === undefined || other === undefined) {
    const reply = one === undefined ? straight : swapped
    return { fault: unusable(judge.llm, 'Verdict: <first, second or tie>', reply.text), ...cost }
  }
  const { verdict, isConsistent } = verdictOf(one, other)
  return {
    kind: 'comparison',
    prompt: task.key,
    model_a: a.llm,
    model_b: b.llm,
    grader: id,
    verdict,
    consistent: isConsistent,
    replies: replies.map(({ text }) => text),
    ...cost,
  }
}
