import { describe, expect, it } from 'vitest'
import { rules } from './minimal-run.ts'

describe('numbers written in several ways', () => {
  it.each([
    ['Take 1\u2009000 mg then.', 'Take 1000 mg then.'],
    ['Take 1\u202f000 mg then.', 'Take 1,000 mg then.'],
    ['Take 1\u00a0000\u00a0000 mg then.', 'Take 1000000 mg then.'],
    ['Take 1\u202f000,5 mg then.', 'Take 1000.5 mg then.'],
    ['It has 10³ cells.', 'It has 1000 cells.'],
    ['It has 10^3 cells.', 'It has 1,000 cells.'],
    ['It has 10^3 cells.', 'It has 10³ cells.'],
    ['It has 10^-3 of them.', 'It has 10⁻³ of them.'],
    ['It has 10⁻³ of them.', 'It has 0.001 of them.'],
    ['It has 2^8 cells.', 'It has 256 cells.'],
    ['It is 5 cm^2 wide.', 'It is 5 cm² wide.'],
    ['Take ½ tablet.', 'Take 0.5 tablet.'],
    ['Take ½ tablet.', 'Take 1/2 tablet.'],
    ['Take 1/2 tablet.', 'Take half tablet.'],
    ['Take 1½ tablets.', 'Take 1.5 tablets.'],
    ['Take ¾ tablet.', 'Take 0.75 tablet.'],
    ['Take ⅓ tablet.', 'Take 1/3 tablet.'],
    ['Take ٢٥ mg then.', 'Take 25 mg then.'],
    ['Take २५ mg then.', 'Take 25 mg then.'],
    ['It has 1.000.000 cells.', 'It has 1000000 cells.'],
    ['It has 1.000,5 of them.', 'It has 1000.5 of them.'],
    ['Take it twice a day.', 'Take it two times a day.'],
    ['Sie wartet einen Tag.', 'Sie wartet einen Tage.'],
    ['Take it b.i.d. then.', 'Take it bid then.'],
  ])('are one number: "%s" and "%s"', async (from, to) => {
    expect(await rules(from, to)).toEqual(['duplicates/near-duplicate'])
    expect(await rules(to, from)).toEqual(['duplicates/near-duplicate'])
  })

  it('are equal text where digits are full-width', async () => {
    expect(await rules('Take ２５ mg then.', 'Take 25 mg then.')).toEqual(['duplicates/normalised-exact'])
  })

  it.each([
    ['Take 1\u2009000 mg then.', 'Take 100 mg then.'],
    ['Take 1\u2009000 mg then.', 'Take 2\u2009000 mg then.'],
    ['Take 1\u00a000 mg then.', 'Take 100 mg then.'],
    ['It has 10³ cells.', 'It has 103 cells.'],
    ['It has 10³ cells.', 'It has 10⁴ cells.'],
    ['It has 10^3 cells.', 'It has 10⁴ cells.'],
    ['It has 10³ cells.', 'It has 100 cells.'],
    ['It has 10⁻³ of them.', 'It has 1000 of them.'],
    ['It is 5 cm² wide.', 'It is 5 cm³ wide.'],
    ['It is 5 cm^2 wide.', 'It is 5 cm³ wide.'],
    ['Take ½ tablet.', 'Take ¼ tablet.'],
    ['Take 1½ tablets.', 'Take 1.25 tablets.'],
    ['Take 1/2 tablet.', 'Take 12 tablet.'],
    ['Take ٢٥ mg then.', 'Take 26 mg then.'],
    // One, or a thousand: the text does not say.
    ['It has 1.000 cells.', 'It has 1000 cells.'],
    ['Take it twice a day.', 'Take it three times a day.'],
  ])('are two numbers: "%s" and "%s"', async (from, to) => {
    expect(await rules(from, to)).toEqual(['duplicates/minimal-difference'])
    expect(await rules(to, from)).toEqual(['duplicates/minimal-difference'])
  })
})

describe('words that change the meaning', () => {
  it.each([
    ['Take it b.i.d. then.', 'Take it t.i.d. then.'],
    ['Take it q.d. then.', 'Take it q.i.d. then.'],
    ['Take it B.I.D. then.', 'Take it Q.I.D. then.'],
    ['Take it b.i.d. then.', 'Take it tid then.'],
    ['It rarely hurts.', 'It often hurts.'],
    ['It never hurts.', 'It always hurts.'],
    ['It often hurts.', 'It always hurts.'],
    ['She must go there.', 'She may go there.'],
    ['It costs five dollars.', 'It costs five euros.'],
    ['Use cloths and ice.', 'Use cloths or ice.'],
    ['Es hilft ihr mehr.', 'Es hilft ihr weniger.'],
    ['Der Druck ist hoch.', 'Der Druck ist niedrig.'],
    ['Nimm es zweimal am Tag.', 'Nimm es dreimal am Tag.'],
    ['Nimm es einmal am Tag.', 'Nimm es zweimal am Tag.'],
    ['Dort steht ein Mann.', 'Dort steht ein Frau.'],
    ['Es ist links rot.', 'Es ist rechts rot.'],
    ['Es ist linkerseits rot.', 'Es ist rechterseits rot.'],
    ['Sie ruht drei Tage.', 'Sie ruht drei Stunden.'],
    ['Sie ruht drei Tage.', 'Sie ruht drei Wochen.'],
    ['Il en faut plus.', 'Il en faut moins.'],
    ['Attendez trois heures.', 'Attendez trois jours.'],
    ['Attendez trois jours.', 'Attendez trois semaines.'],
    ['Voici cet homme.', 'Voici cet femme.'],
    ['La main gauche.', 'La main droite.'],
    ['Venez avec lui.', 'Venez sans lui.'],
    ['Toma más agua.', 'Toma menos agua.'],
    ['Espera tres horas.', 'Espera tres días.'],
    ['Era un hombre.', 'Era un mujer.'],
    ['La mano izquierda.', 'La mano derecha.'],
    ['Ven con ella.', 'Ven sin ella.'],
    ['Прими 5 мг вечером.', 'Прими 5 мкг вечером.'],
    ['孕妇可以服用', '孕妇禁止服用'],
    ['每次五毫克', '每次五微克'],
    ['左膝疼痛', '右膝疼痛'],
    ['剂量增加一倍', '剂量减少一倍'],
    ['De linker knie.', 'De rechter knie.'],
    ['왼쪽 무릎이 아파요', '오른쪽 무릎이 아파요'],
    ['左の膝が痛い', '右の膝が痛い'],
  ])('is no duplicate: "%s" against "%s"', async (from, to) => {
    expect(await rules(from, to)).toEqual(['duplicates/minimal-difference'])
    expect(await rules(to, from)).toEqual(['duplicates/minimal-difference'])
  })

  it.each([
    // Small words that go with the wording.
    ['She must rest and then describe it.', 'She may rest and then explain it.'],
    ['Use cloths and ice, describe it.', 'Use cloths or ice, explain it.'],
    ['It often hurts.', 'It frequently hurts.'],
    ['It costs $5 there.', 'It costs 5 dollars there.'],
    ['Kommen Sie einmal her.', 'Kommen Sie her.'],
    ['Sie braucht mehr Ruhe.', 'Sie braucht Ruhe.'],
    ['The b.i.d. form.', 'The bid form.'],
    ['She may go.', 'She might go.'],
    ['孕妇可以服用', '孕妇允许服用'],
  ])('stays a near-duplicate: "%s" against "%s"', async (from, to) => {
    expect(await rules(from, to)).toEqual(['duplicates/near-duplicate'])
    expect(await rules(to, from)).toEqual(['duplicates/near-duplicate'])
  })
})

describe('signs between equal words', () => {
  it.each([
    ['if a && b then', 'if a || b then'],
    ['read *p here', 'read &p here'],
    ['so 5! = x here', 'so 5 = x here'],
    ['It is warm 😀 now', 'It is warm 😡 now'],
    ['Greetings from 🇩🇪 today', 'Greetings from 🇫🇷 today'],
    ['The rating: ★★★', 'The rating: ★★★★★'],
    ['Words:\n★★★ good cloths', 'Words:\n★★ good cloths'],
  ])('is no duplicate: "%s" against "%s"', async (from, to) => {
    expect(await rules(from, to)).toEqual(['duplicates/minimal-difference'])
    expect(await rules(to, from)).toEqual(['duplicates/minimal-difference'])
  })

  it.each([
    ['It is warm 😀 now', 'It is warm now'],
    ['It is warm 👍🏽 now', 'It is warm 👍 now'],
    ['Rest it.\n🔹 Cool it.', 'Rest it.\n🔸 Cool it.'],
    ['Rest it.\n★ Cool it.', 'Rest it.\n☆ Cool it.'],
    ['The rating: ★★★', 'The rating: ★★★☆☆'],
    ['The rating: ⭐⭐⭐', 'The rating: ★★★'],
    ['| salt | pepper |', 'salt & pepper'],
    ['| salt || pepper |', '| salt | pepper |'],
    ['It is *warm* now', 'It is **warm** now'],
    ['It is **warm** now', 'It is "warm" now'],
    ['She ate 5! Then rest.', 'She ate 5. Then rest.'],
    ['(see below)', '[see below]'],
  ])('stays a near-duplicate: "%s" against "%s"', async (from, to) => {
    const found = await rules(from, to)
    expect(['duplicates/near-duplicate', 'duplicates/normalised-exact']).toContain(found[0])
    expect(found).toHaveLength(1)
    expect(await rules(to, from)).toEqual(found)
  })
})
