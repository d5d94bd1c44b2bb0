import { wordHashes } from './items.ts'

/**
 * How often common words stand in an example of exam-like text: what is known of a word before a corpus is seen.
 * Orders of magnitude are enough; on a corpus of some size its own counts outweigh them.
 */
const TIERS: readonly [ratio: number, words: string][] = [
  [
    0.6,
    'the of and a in to is with for or be are this that on as by an it from at not which following has was have',
  ],
  [
    0.25,
    `most what patient can may who will his her he she they their if when than no all also were been had likely
     more one two other after during should would these those how why does do there its into between such but your
     you we our i my me then some any each both only about over under per up out very use used using answer question
     correct option best appropriate cause causes caused`,
  ],
  [
    0.08,
    `diagnosis treatment history old year years presents presented presenting shows show normal examination physical
     clinical findings finding symptoms symptom disease patients day days week weeks month months hour hours pain
     blood test tests therapy drug drugs risk management next step associated due seen include includes including
     common commonly type types case cases man woman male female child children age first second three four new
     high low increased decreased increase decrease levels level condition medical care emergency department pressure
     rate reveals reports complains laboratory study effect effects given give made make need however while because
     without within before against through same different many much few less least except false true none never
     statement statements regarding concerning following describe described mechanism primary main important known
     called result results change changes time times number based part well left right upper lower`,
  ],
  [
    0.02,
    `acute chronic severe mild infection syndrome disorder disorders function cell cells heart liver kidney lung brain
     skin bone muscle nerve artery vein abdominal chest head neck arm leg hand foot eye ear throat temperature pulse
     respirations min mm hg mg dl ml kg cm syndrome fever cough bleeding nausea vomiting mass lesion tumor cancer
     surgery surgical dose daily oral intravenous medication medications explanation mother father family born
     infant boy girl pregnancy pregnant birth onset sudden several past recent recently current currently action
     factor factors protein acid enzyme gene hormone receptor water body weight loss growth development presentation
     investigation choice indicated contraindicated required necessary useful effective evaluation role feature
     features characteristic characteristics example property occurs occur found find present absent involved`,
  ],
]

/** Hash of a word → share of examples it is expected in. */
export const EXPECTED_RATIO: ReadonlyMap<number, number> = expected()

function expected(): Map<number, number> {
  const ratios = new Map<number, number>()
  for (const [ratio, words] of TIERS) {
    for (const hash of wordHashes(words)) if (!ratios.has(hash)) ratios.set(hash, ratio)
  }
  return ratios
}
