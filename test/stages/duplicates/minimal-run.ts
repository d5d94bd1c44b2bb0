import { chat } from '../../support/corpus.ts'
import { run } from './near-run.ts'

const question =
  'A baker with gout walks to the harbour each evening and asks what to do about a swollen ankle before the long ' +
  'journey to the coast that her cousin has planned since the winter.'
const answer =
  'Rest the ankle on a cushion, put cold cloths around it every evening, wear wide shoes on the way, and come back ' +
  'when the swelling does not go down within a fortnight or the colour of it changes.'

/** The rules found in two conversations that differ in what stands behind one question. */
export function rules(from: string, to: string): Promise<(string | undefined)[]> {
  return rulesOf([`${question} ${from}`, `${question} ${to}`], answer)
}

/** The rules found in two conversations with two questions and one answer. */
export async function rulesOf(
  [from, to]: readonly [string, string],
  reply: string,
): Promise<(string | undefined)[]> {
  const { findings } = await run([chat(from, reply), chat(to, reply)])
  return findings.map((finding) => finding.rule)
}
