import { CONSTANTS } from '../../text/kernels/layouts.ts'
import { stronger } from './assay-scan.ts'
import type { ExampleMatcher, Hit } from './assay-scan.ts'
import type { ExampleTurns } from './example-words.ts'
import type { ItemScan } from './item-scan.ts'
import { joinTurns, ordersOf } from './joined.ts'
import type { JoinedTurns } from './joined.ts'
import type { AssayHit } from './tally.ts'

const { CANDIDATE } = CONSTANTS

/** An example and its turns as one text, in one order or two. */
interface Joining {
  row: number
  role: Uint8Array
  example: ExampleTurns
  orders: readonly JoinedTurns[]
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
  add(example: ExampleTurns, row: number, role: Uint8Array): void {
    const own = { ...example, symbols: example.symbols.slice() }
    const orders = ordersOf(role).map((turnOf) => joinTurns(own, turnOf))
    this.#joinings.push({ row, role, example: own, orders })
  }

  /** Sightings in joined turns, rows and then items ascending. What `ItemScan.link` gave is no longer valid. */
  look(): AssayHit[] {
    const texts = this.#joinings.flatMap(({ orders }) => orders)
    if (texts.length === 0) return []
    const textWord = new Int32Array(texts.length + 1)
    texts.forEach(({ symbols }, t) => (textWord[t + 1] = (textWord[t] as number) + symbols.length))
    const symbols = new Uint32Array(textWord[texts.length] as number)
    texts.forEach((text, t) => symbols.set(text.symbols, textWord[t]))
    const list = this.#items.linkNumbered(symbols, textWord)
    const count = list.length / CANDIDATE
    const hits: AssayHit[] = []
    let [text, next] = [0, 0]
    for (const { row, role, example, orders } of this.#joinings) {
      const best = new Map<number, Hit>()
      for (const [order, joined] of orders.entries()) {
        const from = next
        while (next < count && list[next * CANDIDATE] === text) next++
        for (const hit of this.#matcher.matchJoined(
          joined,
          { list, from, to: next, firstTurn: text },
          example,
        )) {
          const earlier = best.get(hit.item)
          if (earlier === undefined || stronger(hit, earlier))
            best.set(hit.item, { ...hit, joined: order + 1 })
        }
        text++
      }
      const found = [...best.values()].sort((a, b) => a.item - b.item)
      for (const hit of found) hits.push({ ...hit, row, role: role[hit.turn] as number })
    }
    return hits
  }
}
