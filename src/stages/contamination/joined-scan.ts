import { CONSTANTS } from '../../text/kernels/layouts.ts'
import { stronger } from './assay-scan.ts'
import type { ExampleMatcher, JoinedHit } from './assay-scan.ts'
import type { ExampleTurns } from './example-words.ts'
import type { ItemScan } from './item-scan.ts'
import { joinTurns, turnsOf } from './joined.ts'
import type { JoinedTurns } from './joined.ts'
import type { AssayHit } from './tally.ts'

const { CANDIDATE } = CONSTANTS

/** An example and its turns as one text, in the orders worth a look. */
interface Joining {
  row: number
  role: Uint8Array
  example: ExampleTurns
  texts: readonly { order: number; joined: JoinedTurns }[]
}

/** Where an example stands, the roles of its turns, and the orders they are worth reading in. */
interface Place {
  row: number
  role: Uint8Array
  orders: readonly number[]
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

  /** Keeps an example for the look; what it needs of the numbered words is copied, they are overwritten by it. */
  add(example: ExampleTurns, { row, role, orders }: Place): void {
    const own = { ...example, symbols: example.symbols.slice() }
    const texts = orders.flatMap((order) => {
      const turns = turnsOf(order, role)
      return turns === null ? [] : [{ order, joined: joinTurns(own, turns) }]
    })
    this.#joinings.push({ row, role, example: own, texts })
  }

  /** Sightings in joined turns, rows and then items ascending. What `ItemScan.link` gave is no longer valid. */
  look(): AssayHit[] {
    const texts = this.#joinings.flatMap(({ texts }) => texts.map(({ joined }) => joined))
    if (texts.length === 0) return []
    const textWord = new Int32Array(texts.length + 1)
    texts.forEach(({ symbols }, t) => (textWord[t + 1] = (textWord[t] as number) + symbols.length))
    const symbols = new Uint32Array(textWord[texts.length] as number)
    texts.forEach((text, t) => symbols.set(text.symbols, textWord[t]))
    const list = this.#items.linkNumbered(symbols, textWord)
    const count = list.length / CANDIDATE
    const hits: AssayHit[] = []
    let [text, next] = [0, 0]
    for (const { row, role, example, texts } of this.#joinings) {
      const best = new Map<number, JoinedHit>()
      for (const { order, joined } of texts) {
        const from = next
        while (next < count && list[next * CANDIDATE] === text) next++
        const candidates = { list, from, to: next, firstTurn: text++ }
        for (const hit of this.#matcher.matchJoined(joined, candidates, { example, role, order })) {
          const earlier = best.get(hit.item)
          if (earlier === undefined || stronger(hit, earlier)) best.set(hit.item, hit)
        }
      }
      const found = [...best.values()].sort((a, b) => a.item - b.item)
      for (const hit of found) hits.push({ ...hit, row })
    }
    return hits
  }
}
