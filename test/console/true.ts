import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { runLapse } from '../../packages/cli/src/testing/lapse-process.ts'
import type { Dev } from './dev.ts'
import { fill } from './newcomer.ts'

interface QueueCounts {
  readonly queue: string
  readonly waiting: number
  readonly in_flight: number
  readonly delayed: number
  readonly dead: number
}

/** Reloaded while an event is on its way, the page comes to show what the command says. */
export async function reload(page: Page, dev: Dev): Promise<void> {
  await page.goto(dev.url)
  await fill(page, 'send', { subject: 'carol' })
  await page.goto(dev.url)
  for (let times = 0; times < 3; times += 1) await page.reload()
  const { stdout } = await runLapse(['status', '--json'], { cwd: dev.directory })
  const { queues } = JSON.parse(stdout) as {
    readonly queues: { readonly known: readonly QueueCounts[] }
  }
  const busy = queues.known.filter(
    ({ waiting, in_flight, delayed, dead }) => waiting + in_flight + delayed + dead > 0,
  )
  assert.ok(busy.length > 0)
  for (const { queue, delayed, dead } of busy) {
    const row = page.getByRole('row', { name: new RegExp(`^${queue}\\s`) })
    await row.getByRole('cell').nth(2).getByText(String(delayed), { exact: true }).waitFor()
    await row.getByRole('cell').nth(3).getByText(String(dead), { exact: true }).waitFor()
  }
}

/** Where nothing answers any more, what is shown is told as old. */
export async function stopped(page: Page, dev: Dev): Promise<void> {
  await page.goto(dev.url)
  await page.getByText('live', { exact: true }).waitFor()
  await dev.stop()
  await page.getByText('not connected: as it was at').waitFor()
}
