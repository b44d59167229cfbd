import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'

const subject = 'erin'

/**
 * Signs a user in, deletes them, watches the event end, opens the receipt and proves it.
 * @returns the path of the event's page
 */
export async function playNewcomer(page: Page, url: string): Promise<string> {
  await page.goto(url)
  await fill(page, 'sign-in', { subject })
  assert.match(await outcomeOf(page), /✓ done.*erin is signed in/s)

  await fill(page, 'verify', { subject })
  assert.match(await outcomeOf(page), /✕ not done.*1 consent session/s)

  await fill(page, 'send', { subject })
  assert.match(await outcomeOf(page), /✓ done.*The queue has it/s)
  await page.getByRole('link', { name: 'watch it' }).click()
  await page.locator('#event .verdict').getByText('gone', { exact: false }).first().waitFor()
  await page.locator('#event').getByText('looked again').waitFor()
  const event = new URL(page.url()).pathname

  await page.getByRole('link', { name: 'receipts' }).click()
  await page.locator('.receipts a').first().click()
  await page.locator('form[action="/do/prove"] button').first().click()
  assert.match(await outcomeOf(page), /✓ done.*checkpoint covers it/s)

  await fill(page, 'verify', { subject })
  assert.match(await outcomeOf(page), /✓ done.*lists nothing of this user/s)

  await page.goto(`${url}/receipts`)
  await page.locator('form[action="/find"] select').selectOption('subject')
  await page.locator('form[action="/find"] input[name="name"]').fill(subject)
  await page.locator('form[action="/find"] button').click()
  await page.getByText('1 receipt', { exact: false }).first().waitFor()
  assert.doesNotMatch(page.url(), /erin/)
  assert.doesNotMatch(await page.content(), /erin(?!")/)
  return event
}

/** Fills in the first form of an action, and sends it. */
export async function fill(
  page: Page,
  action: string,
  fields: Readonly<Record<string, string>>,
): Promise<void> {
  const form = page.locator(`form[action="/do/${action}"]`).first()
  for (const [name, value] of Object.entries(fields)) {
    const field = form.locator(`[name="${name}"]`)
    if ((await field.evaluate((element) => element.tagName)) === 'SELECT')
      await field.selectOption(value)
    else await field.fill(value)
  }
  await form.getByRole('button').click()
}

/** What the page says of the last click. */
export async function outcomeOf(page: Page): Promise<string> {
  await page.waitForURL(/said=/)
  return (await page.locator('#outcome').textContent()) ?? ''
}
