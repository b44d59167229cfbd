import { join, resolve } from 'node:path'
import { startBrowser } from './browser.ts'
import { startDev } from './dev.ts'
import { fill, outcomeOf } from './newcomer.ts'

// Takes the pictures that README and docs/console.md show, from the demo's data:
// `npm run pictures`. Small ones: they are in the repository.

const folder = resolve(import.meta.dirname, '../../docs/pictures')

const dev = await startDev()
const browser = await startBrowser()
try {
  const context = await browser.newContext({
    viewport: { width: 960, height: 640 },
    reducedMotion: 'reduce',
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
  })
  const page = await context.newPage()
  const take = (name: string) => page.screenshot({ path: join(folder, `${name}.png`) })
  const sendAbout = async (subject: string) => {
    await page.goto(dev.url)
    await fill(page, 'send', { subject })
    await outcomeOf(page)
    await page.getByRole('link', { name: 'watch it' }).click()
  }

  await sendAbout('alice')
  await page.locator('#event').getByText('receipt: done').waitFor()
  await page.evaluate('document.activeElement.blur()')
  await take('event')

  await page.goto(dev.url)
  await fill(page, 'fault', { name: 'ory-down' })
  await outcomeOf(page)
  // Three that fail are what it takes to say that Ory is down.
  for (const subject of ['bob', 'dave', 'carol']) await sendAbout(subject)
  await page.goto(dev.url)
  await page.locator('#first').getByText('Ory is down').waitFor({ timeout: 90_000 })
  await page.locator('#sent').getByText('◷').nth(2).waitFor({ timeout: 90_000 })
  await take('now')
} finally {
  await browser.close()
  await dev.stop()
}
