import { CONSTANTS } from '../../text/kernels/layouts.ts'
import { stronger } from './assay-scan.ts'
import type { ExampleMatcher, JoinedHit } from './assay-scan.ts'
import type { ExampleTurns } from './example-words.ts'
import type { ItemScan } from './item-scan.ts'
import { joinTurns, turnsOf } from './joined.ts'
import type { JoinedTurns } from './joined.ts'
import type { AssayHit } from './tally.ts'

const { CANDIDATE } = CONSTANTS

/** Words of joined texts that are looked at at a time. */
const MOST_WORDS = 1 << 18

/** An example of a batch with the roles of its turns, and the orders in which they are worth reading as one text. */
interface Joining {
  row: number
  example: ExampleTurns
  role: Uint8Array
  orders: readonly number[]
}

interface Text extends Joining {
  order: number
  joined: JoinedTurns
}

/** The second look at a batch: items whose parts stand in several turns of an example. */
export class JoinedScan {
  readonly #items: ItemScan
  readonly #matcher: ExampleMatcher
  readonly #joinings: Joining[] = []

  constructor(items: ItemScan, matcher: ExampleMatcher) {
    this.#items = items
    this.#matcher = matcher
  }

  /** Keeps an example for the look, which overwrites the numbers of the words: they are copied. */
  add({ row, example, role, orders }: Joining): void {
    this.#joinings.push({ row, example: { ...example, symbols: example.symbols.slice() }, role, orders })
  }

  /** Sightings in joined turns, rows and then items ascending. What `ItemScan.link` gave is no longer valid. */
  look(): AssayHit[] {
    const hits: AssayHit[] = []
    let [texts, words]: [Text[], number] = [[], 0]
    for (const joining of this.#joinings) {
      const own = textsOf(joining)
      texts.push(...own)
      words += own.reduce((sum, { joined }) => sum + joined.symbols.length, 0)
      if (words < MOST_WORDS) continue
      this.#lookAt(texts, hits)
      ;[texts, words] = [[], 0]
    }
    this.#lookAt(texts, hits)
    return hits
  }

  /** Adds the best sighting of each item in each example; texts of one example stand together. */
  #lookAt(texts: readonly Text[], hits: AssayHit[]): void {
    const list = this.#link(texts)
    const count = list.length / CANDIDATE
    let best = new Map<number, JoinedHit>()
    let next = 0
    for (const [text, { joined, ...whole }] of texts.entries()) {
      const from = next
      while (next < count && list[next * CANDIDATE] === text) next++
      const candidates = { list, from, to: next, firstTurn: text }
      for (const hit of this.#matcher.matchJoined(joined, candidates, whole)) {
        const earlier = best.get(hit.item)
        if (earlier === undefined || stronger(hit, earlier)) best.set(hit.item, hit)
      }
      if (texts[text + 1]?.row === whole.row) continue
      for (const hit of [...best.values()].sort((a, b) => a.item - b.item))
        hits.push({ ...hit, row: whole.row })
      best = new Map()
    }
  }

  #link(texts: readonly Text[]): Uint32Array {
    const textWord = new Int32Array(texts.length + 1)
    texts.forEach(({ joined }, t) => (textWord[t + 1] = (textWord[t] as number) + joined.symbols.length))
    const symbols = new Uint32Array(textWord[texts.length] as number)
    texts.forEach(({ joined }, t) => symbols.set(joined.symbols, textWord[t]))
    return this.#items.linkNumbered(symbols, textWord)
  }
}

function textsOf(joining: Joining): Text[] {
  return joining.orders.flatMap((order) => {
    const turns = turnsOf(order, joining.role)
    return turns === null ? [] : [{ ...joining, order, joined: joinTurns(joining.example, turns) }]
  })
}
