import { equal, match } from 'node:assert/strict'
import { blocksOf } from '../blocks.ts'
import { receiptsOfSent, type Step } from '../step.ts'
import type { Ran, World } from '../world.ts'

/** runbook.md: each trouble is caused as the page says, and its section followed word for word. */
export const steps: readonly Step[] = [
  { block: 'runbook.md#look-first 1', check: () => undefined },
  { block: 'runbook.md#practise 2', check: () => undefined },

  {
    block: 'runbook.md#waiting-seconds-configuration-errors 1',
    check: (_ran, world) => world.said(/misconfigured.* cause=deployment .*does not accept/),
  },
  {
    block: 'runbook.md#look-first 2',
    check: ({ stdout }) => {
      match(stdout, /^queues\n.*\n {2}user-deleted +0 +0 +1 +0\n/m)
      keyIsWrong({ stdout })
    },
  },
  {
    block: 'runbook.md#waiting-seconds 1',
    check: ({ stdout }) => {
      match(stdout, /^ {2}deletion, hygiene +1 event$/m)
      keyIsWrong({ stdout })
    },
  },
  { block: 'runbook.md#clock-off-seconds 1', check: keyIsWrong },
  { block: 'runbook.md#configuration-errors 1', check: keyIsWrong },
  { block: 'runbook.md#function-errors 1', check: keyIsWrong },
  { block: 'runbook.md#deliveries-are-lost 1', check: keyIsWrong },
  { block: 'runbook.md#webhooks-failed 1', check: keyIsWrong },
  {
    block: 'runbook.md#waiting-seconds-configuration-errors 2',
    check: (_ran, world) => world.said(/user-deleted, first pass closed/),
  },
  {
    block: 'runbook.md#verification-failures 2',
    check: ({ stderr }) => match(stderr, /no receipt within .* ended with ERR_VERIFICATION/),
  },
  {
    block: 'runbook.md#verification-failures 1',
    check: ({ stdout }) => match(stdout, /^Nothing is on a DLQ\.\n.*nothing/is),
  },
  {
    block: 'runbook.md#events-wait 2',
    check: (_ran, world) => world.said(/Ory is down: nothing is sent until it answers again/),
  },
  {
    block: 'runbook.md#events-wait 1',
    check: ({ stdout }) => match(stdout, /^circuit +(?!closed)/m),
  },
  { block: 'runbook.md#function-throttles 1', check: ({ stdout }) => match(stdout, /^lanes$/m) },
  { block: 'runbook.md#events-wait 3', check: () => undefined },

  {
    block: 'runbook.md#a-dlq-is-not-empty 2',
    check: ({ stderr }) => match(stderr, /the event is on the DLQ: metadata-is-no-object;/),
  },
  { block: 'runbook.md#a-dlq-is-not-empty 3', check: () => undefined },
  {
    block: 'runbook.md#events-given-up 1',
    check: ({ stdout }) => match(stdout, / app\.offboarded +changed +what it was refused for/),
  },
  {
    block: 'runbook.md#a-dlq-is-not-empty 1',
    check: async ({ stdout, stderr }, world) => {
      match(stdout, /\napp-offboarded +1 +app\.offboarded .* metadata-is-no-object\n/)
      match(stdout, /\nreason +metadata-is-no-object\n/)
      match(stdout, / app-offboarded +app\.offboarded +not moot +changed: /)
      match(stderr, /1 of 1 are still on their DLQ/)
      match(stdout, /\napp-offboarded +1 +sent back to its queue\n/)
      await world.said(/client id +calendar\n/)
    },
  },

  { block: 'runbook.md#superseded 2', check: receiptsOfSent },
  {
    block: 'runbook.md#superseded 1',
    check: ({ stdout }) => match(stdout, /client mail; .* superseded at .* by a later event/),
  },
  {
    block: 'runbook.md#grants-still-trusted 2',
    check: async (ran, world) => {
      await receiptsOfSent(ran, world)
      match(ran.stdout, /newer than the event, and still trusted: 1/)
    },
  },
  {
    block: 'runbook.md#grants-still-trusted 1',
    check: ({ stdout }) => match(stdout, /app-offboarded, first: client partner/),
  },
  {
    block: 'runbook.md#expired-grants-kept 1',
    check: ({ stdout }) => match(stdout, /key-rotated, first: .*the new key is trusted/),
  },
  {
    block: 'runbook.md#events-from-the-future 2',
    check: ({ stdout }) => match(stdout, /the event’s time had not come/),
  },
  {
    block: 'runbook.md#events-from-the-future 1',
    check: ({ stdout }) => match(stdout, /"time":"3\d{3}-/),
  },
  {
    block: 'runbook.md#receipts-without-look 1',
    check: ({ stdout }) => match(stdout, /user-deleted, first: subject/),
  },
  {
    block: 'runbook.md#follow-up-passes-late 1',
    check: ({ stdout }) => match(stdout, /passes that are more than two hours late/),
  },
  {
    block: 'runbook.md#follow-ups-refused 1',
    check: ({ stdout }) => match(stdout, /second passes awaited/),
  },
  {
    block: 'runbook.md#resets-unfinished 1',
    check: ({ stdout }) => match(stdout, /^(Nothing of this is on a DLQ\.\n){2}/),
  },
  { block: 'runbook.md#sweep-failures 1', check: ({ stdout }) => match(stdout, /^last sweep /m) },
  {
    block: 'runbook.md#event-to-observed 1',
    check: ({ stdout }) => match(stdout, /^last sweep /m),
  },
  {
    block: 'runbook.md#subjects-unknown 1',
    check: ({ stdout }) => match(stdout, / is about .*\n +USER_DELETED_SUBJECT_FIELD +subject/),
  },
  {
    block: 'runbook.md#no-checkpoint 1',
    check: ({ stdout }) => match(stdout, /^last checkpoint /m),
  },
  { block: 'runbook.md#no-sweep 1', check: ({ stdout }) => match(stdout, /^last sweep /m) },

  {
    block: 'runbook.md#rotation-failures 2',
    check: ({ stdout, stderr }) => {
      match(stderr, /\(secret-shape\)/)
      match(stdout, verdictOf('Archive', 'overwritten'))
      match(stdout, / {2}next +lapse rotate lapse\/dev\/clients\/Archive --repair --new-key\n/)
    },
  },
  {
    block: 'runbook.md#rotation-failures 1',
    check: ({ stdout }) => match(stdout, verdictOf('Archive', 'overwritten')),
  },
  {
    block: 'runbook.md#rotation-failures 3',
    how: () => ({ stdin: 'lapse/dev/clients/Archive\n' }),
    check: (_ran, world) => isWell('Archive', world),
  },
  {
    block: 'runbook.md#secrets-overdue 2',
    check: ({ stdout }) => {
      match(stdout, verdictOf('Archive', 'missing'))
      match(stdout, / {2}next +aws .*restore-secret --secret-id lapse\/dev\/clients\/Archive\n/)
    },
  },
  {
    block: 'runbook.md#secrets-overdue 1',
    check: ({ stdout }) => match(stdout, verdictOf('Archive', 'missing')),
  },
  { block: 'runbook.md#secrets-overdue 3', check: (_ran, world) => isWell('Archive', world) },
  { block: 'runbook.md#credentials-overwritten 2', check: () => undefined },
  {
    block: 'runbook.md#credentials-overwritten 1',
    how: () => ({ stdin: 'lapse/dev/clients/Reports\n' }),
    check: async ({ stdout }, world) => {
      match(stdout, verdictOf('Reports', 'overwritten'))
      match(stdout, /next +lapse rotate lapse\/dev\/clients\/Reports --repair\n/)
      match(stdout, /\ncurrent +\S+\n/)
      await isWell('Reports', world)
    },
  },

  { block: 'runbook.md#unfrozen-clients 2', check: receiptsOfSent },
  { block: 'runbook.md#unfrozen-clients 1', check: unfrozenEndsWell },

  {
    block: 'runbook.md#webhooks-unreadable-webhooks-refused 1',
    before: async (world) => {
      await world.write('send.mjs', exampleOf('standard'))
      const settings = blocksOf('webhooks.md').find(({ name }) => name === 'webhooks.md#examples 1')
      await world.run(settings?.code ?? '')
    },
    check: ({ stdout }) => match(stdout, /^422 .*data\.subject.*\n401 .*\n$/),
  },
  {
    block: 'runbook.md#webhooks-failed 2',
    check: async ({ stdout }, world) => {
      match(stdout, /^503 /m)
      await world.said(/source=standard status=503 .*shorter than 16 characters; set it anew/)
    },
  },
  { block: 'runbook.md#webhooks-failed 3', check: ({ stdout }) => match(stdout, /^202 /m) },
  {
    block: 'runbook.md#a-source-delivers-nothing 1',
    before: (world) => world.write('clerk.mjs', exampleOf('clerk')),
    check: async ({ stdout }, world) => {
      equal(stdout, '202 {"ids":[],"ignored":1}\n')
      await world.said(/source=clerk .*ignored=1/)
    },
  },
]

function verdictOf(name: string, verdict: string): RegExp {
  return new RegExp(`lapse/dev/clients/${name}\\n {2}verdict +${verdict}\\b`)
}

async function isWell(name: string, world: World): Promise<void> {
  const { stdout } = await world.run('npx lapse rotate --status')
  match(stdout, verdictOf(name, 'well'))
}

/** What `lapse doctor` says of an Ory that takes no key. */
function keyIsWrong({ stdout }: Pick<Ran, 'stdout'>): void {
  match(stdout, /^wrong +Ory: the key +\S/m)
}

async function unfrozenEndsWell(ran: Ran, world: World): Promise<void> {
  match(ran.stdout, /client mail; .* suspended since/)
  await receiptsOfSent(ran, world)
  const answer = await fetch(`${world.dev.endpoints['oryAdmin']}/admin/clients/mail`)
  const { grant_types } = (await answer.json()) as { readonly grant_types: readonly string[] }
  equal(grant_types.join(), 'lapse:suspended')
}

function exampleOf(source: string): string {
  return blocksOf('webhooks.md').find(({ name }) => name === `webhooks.md#${source} 1`)?.code ?? ''
}
