import type { Page } from './blocks.ts'
import type { Step } from './step.ts'
import { steps as backfills } from './steps/backfills.ts'
import { steps as deploy } from './steps/deploy.ts'
import { steps as events } from './steps/events.ts'
import { steps as receipts } from './steps/receipts.ts'
import { steps as runbook } from './steps/runbook.ts'
import { steps as webhooks } from './steps/webhooks.ts'

/** How every block is run, page by page, each page in a world of its own. */
export const stepsOf: Readonly<Record<Page, readonly Step[]>> = {
  'events.md': events,
  'webhooks.md': webhooks,
  'deploy.md': deploy,
  'runbook.md': runbook,
  'backfills.md': backfills,
  'receipts.md': receipts,
}
