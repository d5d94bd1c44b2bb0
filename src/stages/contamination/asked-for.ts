import type { Laid } from './asked-again.ts'
import { breaksBetween, itemText, rowText } from './gaps.ts'
import type { PackedItems } from './items.ts'

/** What examinations ask for, a group a line: words of one group ask for the same. */
const TASKS = `diagnosis diagnoses
cause etiology aetiology etiologies aetiologies
treatment treatments treat treats treating therapy therapies management manage
complication complications
mechanism mechanisms
prognosis prognoses
investigation investigations test tests
organism organisms pathogen pathogens
step steps
confirm confirms establish establishes`
const TASK = new Map(
  TASKS.split('\n').flatMap((line, task) => line.split(' ').map((word): [string, number] => [word, task])),
)
/** So many words before the one that is asked for may say more of what is asked. */
const REACH = 16

/**
 * Does the row ask for something else of what the question asks for: "the best treatment for the most likely
 * diagnosis" where the question asks for the diagnosis? All of its words are there, so only what was put in front tells.
 */
export function asksForElse(
  items: PackedItems,
  { partner, question, words, turn }: Laid,
  ask: number,
): boolean {
  const tasks = new Set<number>()
  let head = -1
  for (let q = ask; q < partner.length; q++) {
    const task = TASK.get(itemText(items, question.start + q))
    if (task === undefined) continue
    tasks.add(task)
    if (head < 0) head = partner[q] as number
  }
  if (head < 0) return false
  const used = new Set(partner)
  for (let w = head - 1; w >= Math.max(turn.from, head - REACH); w--) {
    if (breaksBetween(words, w, w + 1)) return false
    const task = used.has(w) ? undefined : TASK.get(rowText(items, words, w))
    if (task !== undefined && !tasks.has(task)) return true
  }
  return false
}
