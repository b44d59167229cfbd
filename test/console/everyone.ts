import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
)

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string }[]
}

declare global {
  /** In the page: axe-core. */
  var axe: { run(): Promise<{ readonly violations: readonly Violation[] }> }
}

/** Whatever axe finds on a page, in a line each. */
export async function findings(page: Page): Promise<readonly string[]> {
  // As the browser's own tools do it: the page's policy lets no script in.
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate(() => globalThis.axe.run())
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)
}

/** Every page in every way that people look at it. */
export async function lookAsEveryone(
  browser: Browser,
  url: string,
  paths: readonly string[],
): Promise<void> {
  for (const width of [360, 1280])
    for (const colorScheme of ['light', 'dark'] as const) {
      const viewport = { width, height: 800 }
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' })
      const page = await context.newPage()
      for (const path of paths) {
        await page.goto(`${url}${path}`)
        const where = `${path} at ${width}, ${colorScheme}`
        assert.deepEqual(await findings(page), [], where)
        const beyond = await page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        )
        assert.ok(beyond <= 0, `${where} scrolls sideways`)
      }
      await context.close()
    }
}

/** In the page: what has the focus, whether it can be used, and its outline. */
const focused = `(() => {
  const active = document.activeElement
  if (active === null || active === document.body) return ''
  const usable = active.matches('a, button, input, select, summary')
  const { outlineStyle } = getComputedStyle(active)
  return [usable ? 'usable' : 'other', outlineStyle, [...document.querySelectorAll('*')].indexOf(active)].join(' ')
})()`

/** Goes through a page with Tab: everything that can be used is reached, and is seen to be. */
export async function goByKeyboard(
  page: Page,
  url: string,
  paths: readonly string[],
): Promise<void> {
  for (const path of paths) {
    await page.goto(`${url}${path}`)
    const all = await page
      .locator('a[href], button:not([hidden]), input:not([type=hidden]), select, summary')
      .count()
    const reached = new Set<string>()
    for (let presses = 0; presses < all * 2 + 20; presses += 1) {
      await page.keyboard.press('Tab')
      const at = await page.evaluate<string>(focused)
      if (at === '') break
      assert.doesNotMatch(at, / none /, `what has the focus on ${path} is not seen to have it`)
      if (at.startsWith('usable')) reached.add(at)
    }
    assert.equal(reached.size, all, `${path}: reached by Tab`)
  }
}

/** Pausing pauses: nothing is asked for, and what is shown stays. */
export async function pause(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.getByText('live', { exact: true }).waitFor()
  const requests: string[] = []
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: 'Pause' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('paused: as it was').waitFor()
  page.on('request', (request) => requests.push(request.url()))
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('live', { exact: true }).waitFor()
  assert.equal(requests.length, 1)
}
