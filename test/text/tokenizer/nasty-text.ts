import { pick } from '../../support/random.ts'

/** Strings that split patterns, merges and added tokens trip over. */
const PIECES: readonly string[] = [
  // contractions in every case, and what folds to them
  ...[
    "'s",
    "'S",
    "'t",
    "'T",
    "'re",
    "'RE",
    "'rE",
    "'ve",
    "'Ve",
    "'m",
    "'M",
    "'ll",
    "'LL",
    "'lL",
    "'d",
    "'D",
    "'ſ",
    "'l",
  ],
  ...["'", "''", '’s', "'r", "'v", "'K", "don't", "THEY'LL", "x'sx", "ſ's"],
  // white space of every kind, and what only looks like it
  ...[
    ' ',
    '  ',
    '   ',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    '\r\r',
    '\v',
    '\f',
    '\u0085',
    '\u00a0',
    '\u1680',
    '\u2003',
  ],
  ...[
    '\u2028',
    '\u2029',
    '\u202f',
    '\u205f',
    '\u3000',
    '\ufeff',
    '\u200b',
    '\u180e',
    '\u001c',
    '\u001f',
    '\0',
    '\u0007',
  ],
  // letters by case and kind, and marks
  ...[
    'a',
    'b',
    'Z',
    'Q',
    'é',
    'É',
    'ß',
    'ẞ',
    'ǅ',
    'ǈ',
    'ʰ',
    'ª',
    'º',
    'ı',
    'İ',
    'ﬁ',
    'Σ',
    'ς',
    'Ж',
    'ж',
    'ა',
    'Ა',
  ],
  ...[
    'א',
    'ع',
    'ئ',
    'ไ',
    'ม้',
    'क',
    'क्ष',
    '한',
    '각',
    'ᄀ',
    '\u1161',
    '\u11a8',
    '漢',
    '字',
    '々',
    'カ',
    'が',
    'ー',
    'ｶ',
    'ﾞ',
  ],
  ...[
    '\u0301',
    '\u0308',
    '\u0327',
    '\u0345',
    '\u093f',
    '\u0e31',
    '\u20dd',
    '\ufe0f',
    '\u{e0100}',
    'e\u0301',
    'E\u0301',
  ],
  ...['\u{1d400}', '\u{10400}', '\u{10428}', '\u{1e900}', '\u{20000}', '\u{16d40}', '\u{10ec5}', '\u{11f02}'],
  // numbers of every kind
  ...[
    '0',
    '7',
    '12',
    '345',
    '67890',
    '٣',
    '५',
    '०',
    '½',
    'Ⅳ',
    '①',
    '²',
    '₃',
    '〇',
    '𝟘',
    '\u{1d7ce}',
    '\u{11de0}',
    '1.5',
    '1,000',
  ],
  // symbols
  ...[
    '.',
    ',',
    '-',
    '–',
    '—',
    '/',
    '//',
    '/\n',
    '(',
    ')',
    '"',
    '“',
    '%',
    '<',
    '>',
    '=',
    '≤',
    '±',
    '°',
    '€',
    '$',
    '_',
    '^',
    '`',
  ],
  ...[
    '|',
    '~',
    '\\',
    '{}',
    '...',
    '…',
    '!?',
    '\u00ad',
    '\u2060',
    '\ufffd',
    '\ue000',
    '\u{10ffff}',
    '\u0378',
    '•',
    '→',
  ],
  // emoji: joined, with skin tone, flags
  ...['😀', '👩‍⚕️', '👨‍👩‍👧‍👦', '🏳️‍🌈', '👍🏽', '🇨🇭', '\u200d', '⚕', '❤️', '🧬'],
  // text of special tokens, whole and broken
  ...[
    '<|endoftext|>',
    '<|im_start|>',
    '<|eot_id|>',
    '<s>',
    '</s>',
    '[INST]',
    '|||MAIL|||',
    '<|',
    '|>',
    '<|endof',
    '<<s>',
  ],
  ...['[MASK]', '<unk>', '▁', '##', '<0x0A>', 'Ġ', 'Ċ'],
  // words
  ...[
    'fever',
    ' the',
    ' Patient',
    'HCl',
    'mRNA',
    'McDonald',
    'iPhone',
    'ABCdef',
    'αβΓδ',
    'naïve',
    'Überwachung',
    'пациент',
  ],
]

/** Random text of `pieces` pieces; now and then a run of one piece, a random code point, or a long run of letters. */
export function nastyText(random: () => number, pieces: number): string {
  let text = ''
  for (let i = 0; i < pieces; i++) {
    const x = random()
    if (x < 0.12) text += pick(random, [' ', 'a', 'B', '5', "'", '\n', '.'])
    else if (x < 0.17) text += pick(random, PIECES).repeat(1 + Math.floor(random() * random() * 40))
    else if (x < 0.27) text += randomCharacter(random)
    else text += pick(random, PIECES)
  }
  return text
}

/** Any code point that is not a surrogate; half of them from the first plane, where the letters are. */
export function randomCharacter(random: () => number): string {
  const limit = random() < 0.5 ? 0x3000 : random() < 0.5 ? 0x10000 : 0x110000
  const point = Math.floor(random() * limit)
  return String.fromCodePoint(point >= 0xd800 && point < 0xe000 ? point - 0x800 : point)
}

/** Bytes that are mostly UTF-8: a nasty text cut, spliced and overwritten. */
export function damagedBytes(random: () => number, pieces: number): Uint8Array {
  const bytes = Buffer.from(nastyText(random, pieces), 'utf8')
  const damage = 1 + Math.floor(random() * 4)
  for (let i = 0; i < damage && bytes.length > 0; i++)
    bytes[Math.floor(random() * bytes.length)] = random() * 256
  const from = Math.floor(random() * 3)
  return bytes.subarray(from, Math.max(from, bytes.length - Math.floor(random() * 3)))
}
