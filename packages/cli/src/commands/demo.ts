import type { SettledRotation } from '@lapse/local'
import { type Bell, newBell } from '../demo/bell.ts'
import { type Check, checkOutcome, type Outcome } from '../demo/checks.ts'
import { demoDocument } from '../demo/document.ts'
import { listenForLogout } from '../demo/logout-listener.ts'
import { play } from '../demo/play.ts'
import { rotationEntries } from '../demo/rotated-clients.ts'
import { setScene, type Telling } from '../demo/scene.ts'
import { employersSubjects } from '../demo/several-story.ts'
import { openStage } from '../demo/stage.ts'
import { checkLines, tokenLines } from '../demo/story-lines.ts'
import { batchLines } from '../dev/batch-lines.ts'
import { CommandError } from '../errors.ts'
import { startTelling } from '../local-system.ts'
import { durationText } from '../output/duration.ts'
import type { Block } from '../output/layout.ts'
import { print, printJson } from '../output/print.ts'
import { newProgress, type Progress } from '../output/progress.ts'
import { untilSignal } from '../until-signal.ts'

export interface DemoOptions {
  readonly json?: boolean
}

/** Logins in flight end soon here, so that the follow-up pass can be watched. */
const loginConsentTtl = '3s'
const followUpMargin = '1s'

/** Far beyond what it takes; a machine that is slower than this has another problem. */
const longestMs = 120_000

/** `lapse demo`: the whole story on real parts, and the proof that it went as it should. */
export async function demo(
  { json = false }: DemoOptions,
  perform: (telling: Telling) => Promise<Outcome> = performOnRealParts,
): Promise<void> {
  const startedAt = performance.now()
  const progress = newProgress()
  const tell = (blocks: readonly Block[]) => {
    if (!json) print(...blocks)
  }
  const outcome = await perform({ progress, tell })
  const checks = checkOutcome(outcome)
  if (json) printJson(demoDocument(outcome, checks))
  tell([...tokenLines(outcome), ...checkLines(checks)])
  insist(checks)
  tell([`Done in ${durationText(performance.now() - startedAt)}; nothing is left running.`])
}

/** Starts everything, plays, and leaves nothing behind however it ends. */
async function performOnRealParts(telling: Telling): Promise<Outcome> {
  const over = AbortSignal.any([untilSignal(), AbortSignal.timeout(longestMs)])
  const bell = newBell()
  await using closing = new AsyncDisposableStack()
  const { progress } = telling
  progress.begin('starting Ory, SQS, DynamoDB, Secrets Manager and the functions')
  const settled: SettledRotation[] = []
  const local = await startTelling(localOptions(progress, bell, settled), progress)
  closing.defer(() => local.stop())
  const listener = await listenForLogout(local.endpoints.oryPublic, bell.ring)
  closing.defer(() => listener.stop())
  const stage = await openStage(local, settled)
  closing.use(stage.rotation.ory)
  closing.use(stage.ory)
  closing.use(stage.accounts)
  closing.defer(() => stage.sqs.destroy())
  return await play(setScene(stage, telling, { bell, over }), listener)
}

function localOptions(
  progress: Progress,
  bell: Bell,
  settled: SettledRotation[],
): Parameters<typeof startTelling>[0] {
  return {
    emulator: { accounts: true },
    // Only the worker is told: a real login must be able to take longer than the demo waits.
    variables: {
      LOGIN_CONSENT_TTL: loginConsentTtl,
      FOLLOW_UP_MARGIN: followUpMargin,
      ROTATED_SECRETS: JSON.stringify(rotationEntries),
      SUBJECT_TEMPLATES: JSON.stringify(employersSubjects),
    },
    onRotation: (rotation) => {
      settled.push(rotation)
      bell.ring()
    },
    onBatch: (batch) => {
      if (batch.outcome !== 'success') progress.end(...batchLines(batch))
      bell.ring()
    },
  }
}

function insist(checks: readonly Check[]): void {
  const broken = checks.filter(({ ok }) => !ok)
  if (broken.length === 0) return
  const list = broken.map(({ what }) => what).join('; ')
  throw new CommandError(`the demo did not go as it should; not so: ${list}`)
}
