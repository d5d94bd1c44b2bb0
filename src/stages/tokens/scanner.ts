import type { Batch } from '../../core/batch.ts'
import { ROLES } from '../../core/example.ts'
import type { Scanner } from '../../core/stage.ts'
import { countCharacters, countWhiteSpaceWords } from '../../text/white-space.ts'
import type { Tokenizer } from '../../text/tokenizer/tokenizer.ts'
import { BYTES, CHARACTERS, Counts, FIRST_TOKENIZER, WORDS } from './tally.ts'
import type { TemplateCounter } from './template.ts'

/** Counts every turn of a slice in every unit. */
export function makeScanner(
  tokenizers: readonly Tokenizer[],
  templates: readonly TemplateCounter[],
): Scanner {
  const counts = new Counts(tokenizers.length, templates.length)
  let turnCounts = new Uint32Array(1024)
  return {
    scan(batch) {
      const turns = batch.turnStart[batch.length]!
      if (turnCounts.length < turns) turnCounts = new Uint32Array(2 * turns)
      for (let turn = 0; turn < turns; turn++) counts.turns[batch.role[turn]!]! += 1
      for (let i = 0; i < batch.length; i++)
        if (batch.turnStart[i + 1]! > batch.turnStart[i]!) counts.examples++
      for (const unit of [WORDS, CHARACTERS, BYTES]) {
        countUnit(batch, unit, turnCounts)
        addUp(batch, turnCounts, unit, counts)
      }
      tokenizers.forEach((tokenizer, i) => {
        tokenizer.countEach(batch.bytes, batch.textStart, turns, turnCounts)
        addUp(batch, turnCounts, FIRST_TOKENIZER + i, counts)
      })
      templates.forEach((template, i) => {
        const { tokens, failures } = template.count(batch)
        counts.templates[i]! += tokens
        counts.templateFailures[i]! += failures
      })
    },
    tally: () => counts.pack(),
  }
}

function countUnit(batch: Batch, unit: number, into: Uint32Array): void {
  const { bytes, textStart } = batch
  const turns = batch.turnStart[batch.length]!
  for (let turn = 0; turn < turns; turn++) {
    const start = textStart[turn]!
    const end = textStart[turn + 1]!
    if (unit === WORDS) into[turn] = countWhiteSpaceWords(bytes, start, end)
    else if (unit === CHARACTERS) into[turn] = countCharacters(bytes, start, end)
    else into[turn] = end - start
  }
}

/** Adds the counts of a batch's turns to the totals by role and to the lengths of its examples. */
function addUp(batch: Batch, turnCounts: Uint32Array, unit: number, counts: Counts): void {
  const { turnStart, role } = batch
  const lengths = counts.lengths[unit]
  const rows = counts.rows[unit - FIRST_TOKENIZER]
  const base = unit * ROLES.length
  for (let example = 0; example < batch.length; example++) {
    const from = turnStart[example]!
    const to = turnStart[example + 1]!
    let length = 0
    for (let turn = from; turn < to; turn++) {
      counts.totals[base + role[turn]!]! += turnCounts[turn]!
      length += turnCounts[turn]!
    }
    if (to > from) lengths?.add(length)
    rows?.push(length)
  }
}
