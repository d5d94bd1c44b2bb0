import { describe, expect, it } from 'vitest'
import { rulesOf } from './minimal-run.ts'

const MINIMAL = ['duplicates/minimal-difference']
const NEAR = ['duplicates/near-duplicate']

const GERMAN =
  'Der Bäcker ging jeden Abend zum Hafen und fragte nach einem Mittel gegen die Schwellung am Knöchel. Seine Cousine ' +
  'hatte seit dem Winter eine lange Reise an die Küste geplant, und er wollte ohne Schmerzen mitfahren.'
const GERMAN_REPLY =
  'Legen Sie das Bein auf ein Kissen und wickeln Sie jeden Abend kalte Tücher um das Gelenk. Tragen Sie unterwegs weite ' +
  'Schuhe und kommen Sie wieder in die Praxis, wenn die Farbe der Haut sich ändert oder die Schwellung bleibt.'
/** German with as few nouns as people write to each other with. */
const GERMAN_LETTER =
  'Ich habe gestern lange mit ihr gesprochen und weiß jetzt auch nicht mehr, was ich noch machen soll. Wenn sie morgen ' +
  'wieder nicht kommt, dann fahre ich eben allein, und du kannst mich ja später anrufen. Bring bitte die Lampe mit.'
const ENGLISH =
  'The baker walked to the harbour each evening and asked for a remedy for her swollen ankle. Her cousin Anna had planned ' +
  'a long journey to Rotterdam since the winter, and she wanted to come along without pain. Doctor Meyer was asked too.'
const CROWDED =
  'In 1815 the Duke of Wellington met Marshal Blücher near Waterloo, after Napoleon had left Elba for Paris in spring. The ' +
  'Congress of Vienna, led by Prince Metternich of Austria, sent word to London, Berlin and Saint Petersburg.'
const ENGLISH_REPLY =
  'Rest the leg on a cushion, put cold cloths around the joint every evening, and wear wide shoes on the way, and come ' +
  'back when the swelling does not go down within a fortnight or when the colour of the skin changes.'
const FRENCH =
  "Le boulanger allait chaque soir au port et demandait un remède contre l'enflure de sa cheville. Sa cousine Marie " +
  "préparait depuis l'hiver un long voyage vers la côte, et il voulait partir sans douleur avec elle jusqu'au phare."
const FRENCH_REPLY =
  "Posez la jambe sur un coussin, mettez chaque soir des linges froids autour de l'articulation, portez des chaussures " +
  'larges pendant la route, et revenez quand la couleur de la peau change ou que cela ne va pas mieux.'
const TITLE =
  'Managing Swollen Ankles in Older Bakers: A Practical Guide to Cooling and Footwear for the Long Evening Walk\n' +
  'the text below says what can be done about it before the journey and what should be left to others'

function replaced(text: string, words: Readonly<Record<string, string>>): [string, string] {
  const other = Object.entries(words).reduce((result, [from, to]) => {
    expect(result).toContain(from)
    return result.replace(from, to)
  }, text)
  return [text, other]
}

describe('a capital says nothing where every noun or every word of a title has one', () => {
  it.each([
    [GERMAN, GERMAN_REPLY, { Hafen: 'Bahnhof' }],
    [GERMAN, GERMAN_REPLY, { Abend: 'Morgen' }],
    [GERMAN, GERMAN_REPLY, { Mittel: 'Rezept', Reise: 'Fahrt' }],
    [GERMAN, GERMAN_REPLY, { Bäcker: 'Fischer', Winter: 'Sommer', Küste: 'Grenze' }],
    [GERMAN, GERMAN_REPLY, { Cousine: 'Nachbarin' }],
    [GERMAN_LETTER, GERMAN_REPLY, { Lampe: 'Decke' }],
    [GERMAN_LETTER, 'Ja, das mache ich gern.', { Lampe: 'Decke' }],
    [TITLE, ENGLISH_REPLY, { Footwear: 'Bandages' }],
    [TITLE, ENGLISH_REPLY, { Managing: 'Treating' }],
    [TITLE, ENGLISH_REPLY, { Practical: 'Simple', Walk: 'Stroll' }],
    [TITLE.toUpperCase(), ENGLISH_REPLY, { PRACTICAL: 'SIMPLE' }],
  ])('stays a near-duplicate: %#', async (text, reply, words) => {
    expect(await rulesOf(replaced(text, words as unknown as Record<string, string>), reply)).toEqual(NEAR)
  })

  it.each([
    [ENGLISH, ENGLISH_REPLY, { Anna: 'Bertha' }],
    [ENGLISH, ENGLISH_REPLY, { Rotterdam: 'Antwerp' }],
    [ENGLISH, ENGLISH_REPLY, { Anna: 'Bertha', Rotterdam: 'Antwerp', Meyer: 'Fuller' }],
    [CROWDED, ENGLISH_REPLY, { Vienna: 'Verona' }],
    [CROWDED, ENGLISH_REPLY, { Napoleon: 'Bonaparte' }],
    [CROWDED, ENGLISH_REPLY, { Metternich: 'Hardenberg', Berlin: 'Madrid' }],
    [FRENCH, FRENCH_REPLY, { Marie: 'Claire' }],
    // An English page that cites a line of German.
    [`${ENGLISH} She said: ich weiß nicht.`, ENGLISH_REPLY, { Rotterdam: 'Antwerp' }],
    // What is known whatever the capitals: numbers, medicines, opposites, acronyms.
    [GERMAN.replace('am Knöchel', 'am linken Knöchel'), GERMAN_REPLY, { linken: 'rechten' }],
    [GERMAN.replace('Mittel', 'Ibuprofen'), GERMAN_REPLY, { Ibuprofen: 'Paracetamol' }],
    [GERMAN.replace('Mittel', 'MRT'), GERMAN_REPLY, { MRT: 'EKG' }],
    [`${TITLE} in two weeks`, ENGLISH_REPLY, { 'two weeks': 'three weeks' }],
  ])('is no duplicate where a name differs: %#', async (text, reply, words) => {
    const found = await rulesOf(replaced(text, words as unknown as Record<string, string>), reply)
    expect(found).toEqual(MINIMAL)
  })
})
