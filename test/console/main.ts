import { startBrowser } from './browser.ts'
import { startDev } from './dev.ts'
import { goByKeyboard, lookAsEveryone, pause } from './everyone.ts'
import { playNewcomer } from './newcomer.ts'
import { playNight } from './night.ts'
import { reload, stopped } from './true.ts'

// Plays with the pages of a `lapse dev` in a real Chromium. Run with `npm run test:console`; CHROMIUM
// names the browser.

/** On machines that have others to serve. */
const patienceMs = 90_000

const dev = await startDev()
const browser = await startBrowser()
try {
  const context = await browser.newContext({ reducedMotion: 'reduce' })
  context.setDefaultTimeout(patienceMs)
  const page = await context.newPage()
  const foreign: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(dev.url)) foreign.push(request.url())
  })
  page.on('console', (message) => {
    if (message.type() === 'error') foreign.push(message.text())
  })

  const event = await playNewcomer(page, dev.url)
  console.log("a newcomer's path: done")
  await playNight(page, dev)
  console.log("a night's path: done")
  const paths = ['/', event, '/receipts', '/dead-letters', '/secrets', '/things', '/doctor']
  await pause(page, dev.url)
  await reload(page, dev)
  console.log('paused, and reloaded in the middle: done')
  await goByKeyboard(page, dev.url, paths)
  console.log('by keyboard: done')
  await lookAsEveryone(browser, dev.url, paths)
  console.log('axe, 360 px and 1280 px, light and dark: no findings')
  if (foreign.length > 0) throw new Error(`asked for elsewhere, or refused: ${foreign.join(', ')}`)
  await stopped(page, dev)
  console.log('stopped: told as old')
} finally {
  await browser.close()
  await dev.stop()
}
