import { describe, expect, it } from 'vitest'
import { areOtherThings, isMedicine } from '../../../src/stages/duplicates/near/things.ts'
import { rules } from './minimal-run.ts'

describe('a pair whose only difference changes the meaning', () => {
  it.each([
    // Numbers: words, ordinals, Roman, ranges, one that is missing.
    ['Keep two cushions ready.', 'Keep three cushions ready.'],
    ['Look again after six hours.', 'Look again after eight hours.'],
    ['This is class I of the scale.', 'This is class II of the scale.'],
    ['Press on the second toe.', 'Press on the third toe.'],
    ['Press on the 2nd toe.', 'Press on the 3rd toe.'],
    ['Swallow 5 mg at noon.', 'Swallow 5-10 mg at noon.'],
    ['Swallow 500 mg at noon.', 'Swallow mg at noon.'],
    ['Come back on 4 March.', 'Come back on 4 May.'],
    // Units, frequencies, routes.
    ['It was 39 °C there.', 'It was 39 °F there.'],
    ['Swallow 5 mg/kg at noon.', 'Swallow 5 mg at noon.'],
    ['Swallow 5 mg/kg at noon.', 'Swallow 5 mg/kg/day at noon.'],
    ['One sip bid with bread.', 'One sip tid with bread.'],
    ['One sip twice daily with bread.', 'One sip three times daily with bread.'],
    ['It goes in by intravenous push.', 'It goes in by intramuscular push.'],
    // Negations on one side.
    ['The salve can be put on it.', 'The salve cannot be put on it.'],
    ['The salve does help.', "The salve doesn't help."],
    ['Cold is good for it.', 'Cold isn’t good for it.'],
    ['She had a history of falls.', 'She had no history of falls.'],
    ['There was some evidence of bruises.', 'There was no evidence of bruises.'],
    ['She reports a fall.', 'She denies a fall.'],
    ['Either salve helps.', 'Neither salve helps.'],
    ['All of the salves help.', 'None of the salves help.'],
    ['Use the salve at night.', 'Avoid the salve at night.'],
    ['The ankle healed fully.', 'The ankle failed to heal fully.'],
    ['She is symptomatic at night.', 'She is asymptomatic at night.'],
    // Comparisons and sides.
    ['Worry when it is above 5 there.', 'Worry when it is below 5 there.'],
    ['Worry when it is greater than 5.', 'Worry when it is less than 5.'],
    ['Rest at least 5 days.', 'Rest at most 5 days.'],
    ['For bakers over 65 years.', 'For bakers under 65 years.'],
    ['The internal ligament was torn.', 'The external ligament was torn.'],
    ['The L ankle was warm.', 'The R ankle was warm.'],
    ['There was bilateral swelling.', 'There was left swelling.'],
    // Names.
    ['It was hepatitis A in spring.', 'It was hepatitis B in spring.'],
    ['She lacks vitamin K now.', 'She lacks vitamin D now.'],
    ['Her child had measles in spring.', 'Her child had rubella in spring.'],
    ['Zorvex is good for it.', 'Qualmin is good for it.'],
    ['She takes apremilast for it.', 'She takes ranolazine for it.'],
    ['She takes mesalamine for it.', 'She takes efavirenz for it.'],
    ['The sodium was low.', 'The potassium was low.'],
    ['A stone in the kidney hurt.', 'A stone in the bladder hurt.'],
    // Signs that are no words.
    ['The strength is 1e-3 M here.', 'The strength is 1e3 M here.'],
    ['The test is x != 5 there.', 'The test is x = 5 there.'],
    ['Warm cloths ✓ at night.', 'Warm cloths ✗ at night.'],
    ['☑ warm cloths', '☐ warm cloths'],
    ['warm cloths ✅', 'warm cloths ❌'],
    ['It was 39 centigrade there.', 'It was 39 fahrenheit there.'],
    ['The sum is 5 * 3 there.', 'The sum is 5 - 3 there.'],
    ['The sum is 5^3 there.', 'The sum is 5 3 there.'],
    // Other languages.
    ['La dame a une douleur.', "La dame n'a pas une douleur."],
    ['Le genou gauche est rouge.', 'Le genou droit est rouge.'],
    ['Sie hat eine Schwellung.', 'Sie hat keine Schwellung.'],
    ['Das ist hier gut.', 'Das ist hier nicht gut.'],
    ['Am linken Knie ist es rot.', 'Am rechten Knie ist es rot.'],
    ['左膝疼痛一年', '右膝疼痛一年'],
    ['她有发热', '她无发热'],
    ['هذا مناسب هنا', 'هذا غير مناسب هنا'],
  ])('is no duplicate: "%s" against "%s"', async (from, to) => {
    expect(await rules(from, to)).toEqual(['duplicates/minimal-difference'])
    expect(await rules(to, from)).toEqual(['duplicates/minimal-difference'])
  })

  it.each([
    ['Keep two cushions ready.', 'Keep 2 cushions ready.'],
    ['Keep a cushion ready.', 'Keep one cushion ready.'],
    ['Swallow 5 mg at noon.', 'Swallow 5 milligrams at noon.'],
    ['Swallow 1,000 mg at noon.', 'Swallow 1000 mg at noon.'],
    ['It does not help.', "It doesn't help."],
    ['Such falls are rare.', 'Such falls are not common.'],
    ['She has anaemia too.', 'She has anemia too.'],
    ['The tumour was small.', 'The tumor was small.'],
    ['She complains of a fall.', 'She reports a fall.'],
    ['Look for elevated warmth.', 'Look for increased warmth.'],
    ['The salve is given.', 'A salve is given.'],
    ['Rest it.\nCool it.', '1. Rest it.\n2. Cool it.'],
    ['It is **warm** at night.', 'It is _warm_, at night!'],
    ['Warm cloths ✓ at night.', 'Warm cloths ✔ at night!'],
    ['Rest 5-10 days then.', 'Rest 5 – 10 days, then.'],
    ['Is it warm! Cool it.', 'Is it warm? Cool it.'],
    ['Describe the ankle.', 'Explain the ankle.'],
    ['Take five days off, and 3 salves.', 'Take ten days off, and some salves.'],
  ])('stays a near-duplicate where the words may say the same: "%s" against "%s"', async (from, to) => {
    expect(await rules(from, to)).toEqual(['duplicates/near-duplicate'])
  })
})

it('knows things of one kind, whatever their spelling', () => {
  expect(areOtherThings('leukaemia', 'anemia')).toBe(true)
  expect(areOtherThings('haemorrhage', 'hemorrhage')).toBe(false)
  expect(areOtherThings('kidneys', 'kidney')).toBe(false)
  expect(areOtherThings('kidney', 'march')).toBe(false)
  expect(isMedicine('magazine')).toBe(false)
})
