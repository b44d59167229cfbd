import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { startBrowser } from './browser.ts'
import { type Dev, startDev } from './dev.ts'
import { playNewcomer } from './newcomer.ts'

// Takes a picture of every page, from what a newcomer has done: `node test/console/screens.ts <folder>`.

const sizes = [
  { width: 360, height: 800 },
  { width: 1280, height: 900 },
] as const

const schemes = ['light', 'dark'] as const

async function takeAll(browser: Browser, { url }: Dev, event: string, folder: string) {
  const pages = {
    now: '/',
    event,
    receipts: '/receipts',
    'dead-letters': '/dead-letters',
    secrets: '/secrets',
    things: '/things',
    doctor: '/doctor',
  }
  for (const viewport of sizes)
    for (const colorScheme of schemes) {
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' })
      const page = await context.newPage()
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(`${url}${path}`)
        await page.screenshot({
          path: join(folder, `${name}-${viewport.width}-${colorScheme}.png`),
          fullPage: true,
        })
      }
      await context.close()
    }
}

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('give a folder for the pictures')
await mkdir(folder, { recursive: true })
const dev = await startDev()
const browser = await startBrowser()
try {
  const page = await browser.newPage()
  const event = await playNewcomer(page, dev.url)
  await takeAll(browser, dev, event, folder)
} finally {
  await browser.close()
  await dev.stop()
}
