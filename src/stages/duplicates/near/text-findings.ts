import type { Example } from '../../../core/example.ts'
import { finding } from '../../../core/finding-id.ts'
import type { Finding } from '../../../core/finding.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { ReduceContext } from '../../../core/stage.ts'
import { quote } from '../../../core/quote.ts'
import { placeOf, withExamples } from '../look.ts'
import type { Cache } from '../look.ts'
import { REORDERED, isReordered } from '../reordered.ts'
import type { Rows } from '../rows.ts'
import type { Passage } from './find-passages.ts'
import type { Template } from './template-runs.ts'
import { textView, wordsAt } from './text-view.ts'
import type { ViewWord } from './text-view.ts'

interface Work {
  rows: Rows
  context: ReduceContext
  cache: Cache
}

/** A finding for each shared passage whose words really are the same. */
export async function* passageFindings(passages: readonly Passage[], work: Work): AsyncGenerator<Finding> {
  const { rows, context, cache } = work
  const source = { rows, look: context, cache }
  for await (const { item, examples } of withExamples(passages, ({ a, b }) => [a, b], source)) {
    const [a, b] = examples as [Example, Example]
    const [x, y] = [cut(a, item.startA, item.words), cut(b, item.startB, item.words)]
    if (x.length !== y.length || x.some((word, i) => word.hash !== y[i]?.hash)) continue
    const moved = isReordered([a, b])
    const message = `${item.words} words in a row stand in both`
    yield finding({
      rule: 'duplicates/shared-passage',
      severity: 'info',
      place: { kind: 'pair', a: placeOf(a, context.plan), b: placeOf(b, context.plan) },
      key: `${item.startA} ${item.startB}`,
      message: moved ? `${message}; ${REORDERED}` : message,
      evidence: {
        level: 'shared-passage',
        ...(moved ? { reordered: true } : {}),
        view: 'conversation without system turns',
        words: item.words,
        texts: [quoted('a', x, context), quoted('b', y, context)],
      },
    })
  }
}

/** A finding for each template, at the first row that has it. */
export async function* templateFindings(templates: readonly Template[], work: Work): AsyncGenerator<Finding> {
  const { rows, context, cache } = work
  const source = { rows, look: context, cache }
  for await (const { item, examples } of withExamples(templates, ({ row }) => [row], source)) {
    const example = examples[0] as Example
    const words = cut(example, item.start, item.words)
    yield finding({
      rule: 'duplicates/template',
      severity: 'info',
      place: { kind: 'row', ...placeOf(example, context.plan) },
      key: String(item.start),
      message: `${item.words} words in a row stand in at least ${item.views} different conversations`,
      evidence: {
        level: 'template',
        view: 'conversation without system turns',
        words: item.words,
        conversations: item.views,
        texts: [quoted('example', words, context)],
      },
    })
  }
}

function cut(example: Example, start: number, words: number): ViewWord[] {
  return wordsAt(textView(example, null), start, start + words)
}

/** The part of a stretch that lies in its first turn: a quotation never crosses turns. */
function quoted(label: string, words: readonly ViewWord[], context: ReduceContext): JsonObject {
  const first = words[0] as ViewWord
  const inTurn = words.filter((word) => word.turn === first.turn)
  const end = (inTurn.at(-1) as ViewWord).end
  const piece = quote(first.turn.text, first.start, end, context.evidence)
  return { label, turn: first.turn.index, role: first.turn.role, ...piece, marks: [] }
}
