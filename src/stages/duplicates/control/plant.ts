import type { Example } from '../../../core/example.ts'
import { seeded, shuffle } from '../../../text/seeded.ts'
import { PLANTED_FIRST } from './kinds.ts'
import type { Kind } from './kinds.ts'
import { Dictionary, hasWords, sameWords, wordsOfPart } from './plain-view.ts'
import type { PlainView } from './plain-view.ts'
import { Reference } from './reference.ts'
import { lastAnswer, withAnswer, withOptionsShuffled, writtenOtherwise } from './text-edits.ts'
import { vocabularyOf, withOtherNumber, withWordsEdited } from './word-edits.ts'

/** Copies of each kind, and the seed everything drawn depends on. */
const PER_KIND = 60
export const SEED = 20_261
/** Words of a row that is copied at most: the table of an alignment is filled by hand. */
const MOST_WORDS = 20_000
/** Other answers looked at for one that differs. */
const DONORS = 8

type Turns = Example['turns']

/** A row of the sample, and the component it stands in. */
export interface Row {
  component: string
  turns: Turns
  columns: Example['columns']
}

/** A copy of row `host` of the sample. */
export interface Planted extends Row {
  kind: Kind
  host: number
}

/** What was planted, and how many rows drawn for a kind cannot carry it. */
export interface Plants {
  planted: Planted[]
  passedOver: Readonly<Record<Kind, number>>
  /** Rows too long to be copied. */
  tooLong: number
}

interface Host {
  number: number
  row: Row
  turns: Turns
  view: PlainView
}

/** Copies rows of the sample in every way, each row once. The same sample gives the same copies. */
export function plantAll(sample: readonly Row[]): Plants {
  const dictionary = new Dictionary()
  const hosts = sample.flatMap((row, number): Host[] => {
    const view = dictionary.view(row.turns)
    return view.word.length === 0 ? [] : [{ number, row, turns: row.turns, view }]
  })
  const fitting = hosts.filter(({ view }) => view.word.length <= MOST_WORDS)
  const planter = new Planter(fitting, dictionary)
  const most = Math.min(PER_KIND, Math.max(1, Math.floor(fitting.length / PLANTED_FIRST.length)))
  const planted = PLANTED_FIRST.flatMap((kind, i) => planter.plant(kind, most, seeded(SEED + i)))
  return { planted, passedOver: planter.passedOver, tooLong: hosts.length - fitting.length }
}

class Planter {
  readonly passedOver = Object.fromEntries(PLANTED_FIRST.map((kind) => [kind, 0])) as Record<Kind, number>
  readonly #hosts: readonly Host[]
  readonly #dictionary: Dictionary
  readonly #reference: Reference
  readonly #vocabulary: readonly Uint8Array[]
  readonly #components: readonly string[]
  readonly #used = new Set<Host>()

  constructor(hosts: readonly Host[], dictionary: Dictionary) {
    this.#hosts = hosts
    this.#dictionary = dictionary
    this.#reference = new Reference(hosts.map(({ view }) => view))
    this.#vocabulary = vocabularyOf(hosts)
    this.#components = [...new Set(hosts.map(({ row }) => row.component))].sort()
  }

  plant(kind: Kind, most: number, random: () => number): Planted[] {
    const planted: Planted[] = []
    for (const host of shuffle(this.#hosts, random)) {
      if (planted.length === most) break
      if (this.#used.has(host)) continue
      const turns = this.#copy(kind, host, random)
      const component = this.#componentOf(kind, host)
      if (turns === null || component === null) {
        this.passedOver[kind]++
        continue
      }
      this.#used.add(host)
      const columns = kind === 'every-column' ? host.row.columns : marked(host.row.columns, kind)
      planted.push({ kind, host: host.number, component, turns, columns })
    }
    return planted
  }

  /** Null where the row cannot be copied so that the copy is what the kind is named for. */
  #copy(kind: Kind, host: Host, random: () => number): Turns | null {
    switch (kind) {
      case 'every-column':
      case 'conversation':
      case 'across-components':
        return host.turns
      case 'written-otherwise':
        return writtenOtherwise(host.turns, random)
      case 'other-answer':
        return this.#withOtherAnswer(host, random)
      case 'options-shuffled':
        return withOptionsShuffled(host.turns, random)
      case 'other-number': {
        const turns = withOtherNumber(host, random)
        if (turns === null) return null
        return this.#reference.isOtherNumber(host.view, this.#dictionary.view(turns)) ? turns : null
      }
      case 'edited-2':
      case 'edited-5':
      case 'edited-10':
      case 'edited-20':
        return this.#edited(host, Number(kind.slice('edited-'.length)) / 100, random)
    }
  }

  #edited(host: Host, rate: number, random: () => number): Turns | null {
    const turns = withWordsEdited(host, rate, { vocabulary: this.#vocabulary, random })
    const view = this.#dictionary.view(turns)
    const prompts = [wordsOfPart(host.view, 0), wordsOfPart(view, 0)] as const
    if (sameWords(host.view.word, view.word)) return null
    // One prompt with two answers is a kind of its own.
    if (prompts[0].length > 0 && sameWords(...prompts)) return null
    return this.#reference.isNear(host.view, view) ? turns : null
  }

  #withOtherAnswer({ turns, view }: Host, random: () => number): Turns | null {
    const at = lastAnswer(turns)
    if (at < 0 || !hasWords(view, 0)) return null
    const own = this.#answerWords(turns)
    for (let i = 0; i < DONORS; i++) {
      const donor = this.#hosts[Math.floor(random() * this.#hosts.length)]
      const answer = donor?.turns[lastAnswer(donor.turns)]?.text
      if (donor === undefined || answer === undefined) continue
      const other = this.#answerWords(donor.turns)
      if (other.length > 0 && !sameWords(own, other)) return withAnswer(turns, answer)
    }
    return null
  }

  #answerWords(turns: Turns): Uint32Array {
    return this.#dictionary.view(turns.slice(lastAnswer(turns)).slice(0, 1)).word
  }

  /** Another component than the row's own, the next by name; null where there is none. */
  #componentOf(kind: Kind, { row }: Host): string | null {
    if (kind !== 'across-components') return row.component
    const at = this.#components.indexOf(row.component)
    return this.#components.length < 2
      ? null
      : (this.#components[(at + 1) % this.#components.length] as string)
  }
}

/** The row under a column that no other row has: its record is another one. */
function marked(columns: Example['columns'], kind: Kind): Example['columns'] {
  let name = 'planted'
  while (name in columns) name += "'"
  return { ...columns, [name]: kind }
}
