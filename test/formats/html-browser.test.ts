import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { html } from '../../src/formats/html.ts'
import { VERDICT_WORDS } from '../../src/formats/verdict.ts'
import { CHROMIUM, launch, open, WHY_SKIPPED } from './browser.ts'
import { hostileFindings, hostileRecord } from './hostile-record.ts'
import { sampleFindings } from './record-findings.ts'
import { LARGE, TINY } from './record-sizes.ts'
import { rendered, sampleRecord, stream } from './record.ts'

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

describe.skipIf(CHROMIUM === null)(`report.html in a browser${WHY_SKIPPED}`, () => {
  let browser: Browser
  let report = ''
  let hostile = ''

  beforeAll(async () => {
    browser = await launch()
    report = await rendered(html.render(sampleRecord(TINY), () => stream(sampleFindings(TINY))))
    hostile = await rendered(html.render(hostileRecord(), () => stream(hostileFindings())))
  })
  afterAll(async () => browser.close())

  it.each(['light', 'dark'] as const)(
    'opens from disk without a complaint or a request (%s)',
    async (colorScheme) => {
      const { page, complaints, close } = await open(browser, report, { colorScheme })
      expect(await page.title()).toBe('Audit of sample')
      expect(complaints).toEqual([])
      await close()
    },
  )

  it.each(['light', 'dark'] as const)(
    'has no accessibility violation, everything unfolded (%s)',
    async (theme) => {
      const { page, close } = await open(browser, report, { colorScheme: 'light' })
      await page.getByRole('button', { name: `Theme: ${theme}` }).click()
      await page.evaluate(`document.querySelectorAll('details').forEach((each) => { each.open = true })`)
      await page.evaluate(readFileSync(axePath, 'utf8'))
      const result = (await page.evaluate(
        `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
      )) as {
        violations: { id: string; nodes: { html: string; failureSummary: string }[] }[]
        passes: unknown[]
      }
      expect(
        result.violations.map(
          (each) =>
            `${each.id}: ${each.nodes.length} × ${each.nodes[0]?.html} ${each.nodes[0]?.failureSummary}`,
        ),
      ).toEqual([])
      expect(result.passes.length).toBeGreaterThan(20)
      await close()
    },
  )

  it('holds every verdict, number and evidence text without JavaScript', async () => {
    const { page, complaints, close } = await open(browser, report, { javaScriptEnabled: false })
    const text = (await page.locator('body').textContent()) ?? ''
    const record = sampleRecord(TINY)
    for (const claim of record.claims) {
      const row = page.locator('#claims tbody tr', { hasText: `${claim.id} ` }).first()
      expect(await row.textContent()).toContain(VERDICT_WORDS[claim.verdict])
    }
    for (const entry of record.notChecked) expect(text).toContain(entry.why)
    expect(text).toContain('which medicine on his chart')
    expect(complaints).toEqual([])
    await close()
  })

  it.each([360, 1280])('does not scroll sideways at %i px, whatever the text', async (width) => {
    for (const content of [report, hostile]) {
      const { page, close } = await open(browser, content, { viewport: { width, height: 800 } })
      await page.evaluate(`document.querySelectorAll('details').forEach((each) => { each.open = true })`)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
      // A table may be wider than the screen; what it is called is read without scrolling.
      const titles = await page.locator('caption:not(.sr) span').all()
      const ends = await Promise.all(titles.map(async (title) => await title.boundingBox()))
      for (const box of ends) if (box !== null) expect(box.x + box.width).toBeLessThanOrEqual(width)
      await close()
    }
  })

  it('filters and sorts tables, switches the theme, and remembers nothing it need not', async () => {
    const { page, close } = await open(browser, report)
    const ledger = page.locator('#claims table').first()
    await page.getByRole('searchbox', { name: 'Filter rows: Claims ledger' }).fill('not verifiable')
    expect(await ledger.locator('tbody tr:visible').count()).toBe(1)
    await page.getByRole('searchbox', { name: 'Filter rows: Claims ledger' }).fill('')
    expect(await ledger.locator('tbody tr:visible').count()).toBe(7)

    const components = page.locator('#composition table').first()
    const examples = (): Promise<string[]> => components.locator('tbody td:nth-child(2)').allInnerTexts()
    await components.getByRole('button', { name: 'Examples' }).click()
    expect(await examples()).toEqual(['820', '540', '460'])
    await components.getByRole('button', { name: 'Examples' }).press('Enter')
    expect(await examples()).toEqual(['460', '540', '820'])
    expect(await components.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('ascending')

    const background = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor')
    const light = await background()
    await page.getByRole('button', { name: 'Theme: dark' }).click()
    expect(await background()).not.toBe(light)
    await page.reload()
    expect(await background()).not.toBe(light)
    await page.getByRole('button', { name: 'Theme: auto' }).click()
    expect(await background()).toBe(light)
    await close()
  })

  it('opens a card by its id, by address and by search', async () => {
    const card = sampleFindings(TINY).find((finding) => finding.benchmark === 'ward_quiz_2')
    const id = card?.id ?? ''
    const first = await open(browser, report, { hash: `#f-${id}` })
    expect(await first.page.locator(`[id="f-${id}"] blockquote`).first().isVisible()).toBe(true)
    await first.close()
    const second = await open(browser, report)
    expect(await second.page.locator(`[id="f-${id}"] blockquote`).first().isVisible()).toBe(false)
    await second.page.getByRole('searchbox', { name: 'Go to a finding by its id' }).fill(id)
    await second.page.keyboard.press('Enter')
    expect(await second.page.locator(`[id="f-${id}"] blockquote`).first().isVisible()).toBe(true)
    await second.page.getByRole('searchbox', { name: 'Go to a finding by its id' }).fill('0123456789abcdef')
    await second.page.keyboard.press('Enter')
    expect(await second.page.getByText('Not on this page').isVisible()).toBe(true)
    await second.close()
  })

  it('copies a permalink', async () => {
    const { page, close } = await open(browser, report, {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    const button = page
      .getByRole('button', { name: /^copy link to finding/ })
      .locator('visible=true')
      .first()
    await button.click()
    await page.waitForFunction(
      `/copied|address bar/.test(Array.from(document.querySelectorAll('.copy'), (each) => each.textContent).join())`,
    )
    const copied = (await page.evaluate(
      `navigator.clipboard.readText().catch(() => location.href)`,
    )) as string
    expect(copied).toMatch(/report\.html#f-[0-9a-f]{16}$/)
    await close()
  })

  it('runs nothing of a hostile corpus and shows it as text', async () => {
    const { page, complaints, close } = await open(browser, hostile)
    await page.evaluate(`document.querySelectorAll('details').forEach((each) => { each.open = true })`)
    await page.mouse.move(300, 300)
    expect(await page.evaluate('window.__owned')).toBeUndefined()
    expect(complaints).toEqual([])
    expect(
      await page
        .locator('img, iframe, object, embed, base, form:not(.tools), svg [onload], [onerror], [onmouseover]')
        .count(),
    ).toBe(0)
    const text = (await page.locator('main').textContent()) ?? ''
    expect(text).toContain('<img src=x onerror="window.__owned=1">')
    expect(text).toContain('⟦U+202E⟧')
    expect(text).toContain('␛[31m')
    const hrefs = (await page.evaluate(
      `Array.from(document.querySelectorAll('a'), (each) => each.getAttribute('href'))`,
    )) as string[]
    for (const href of hrefs) expect(href).toMatch(/^(#[A-Za-z0-9._-]+|[a-z-]+\.(json|md|jsonl|parquet))$/)
    await close()
  })

  it('opens the report of 601,346 examples', async () => {
    const large = await rendered(html.render(sampleRecord(LARGE), () => stream(sampleFindings(LARGE))))
    const { page, complaints, close } = await open(browser, large)
    const ms = (await page.evaluate(`performance.getEntriesByType('navigation')[0].loadEventEnd`)) as number
    console.log(
      `report of 601,346 examples: ${Buffer.byteLength(large)} bytes, opened in ${Math.round(ms)} ms`,
    )
    expect(complaints).toEqual([])
    expect(await page.locator('#duplicates summary', { hasText: 'of 20,000' }).count()).toBe(2)
    await close()
  })
})
