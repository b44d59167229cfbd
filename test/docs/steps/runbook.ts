import { equal, match } from 'node:assert/strict'
import { blocksOf } from '../blocks.ts'
import { receiptsOfSent, type Step } from '../step.ts'
import type { Ran, World } from '../world.ts'

/** runbook.md: each trouble is caused as the page says, and its section followed word for word. */
export const steps: readonly Step[] = [
  {
    block: 'runbook.md#runbook-one-page-for-every-alarm 1',
    check: () => undefined,
  },
  {
    block: 'runbook.md#practise 2',
    check: async (_ran, world) => {
      const { stdout } = await world.run('url UserDeletedDlqQueue; url AppOffboardedQueue')
      match(stdout, /^http\S+\/user-deleted-dlq\nhttp\S+\/app-offboarded\n$/)
    },
  },

  {
    block: 'runbook.md#waiting-seconds-configuration-errors 1',
    check: (_ran, world) => world.said(/misconfigured.* cause=deployment .*restore it/),
  },
  {
    block: 'runbook.md#waiting-seconds 1',
    check: ({ stdout }) => match(stdout, /next=defer cause=deployment/),
  },
  {
    block: 'runbook.md#events-given-up 1',
    check: ({ stdout }) => match(stdout, /^\d\d:\d\d:\d\d {2}user-deleted/),
  },
  {
    block: 'runbook.md#waiting-seconds-configuration-errors 2',
    check: (_ran, world) => world.said(/user-deleted, first pass closed/),
  },

  {
    block: 'runbook.md#a-dlq-is-not-empty 1',
    check: (_ran, world) => world.said(/reason=metadata-is-no-object/),
  },
  { block: 'runbook.md#a-dlq-is-not-empty 2', check: () => undefined },
  {
    block: 'runbook.md#runbook-one-page-for-every-alarm 3',
    check: async (_ran, world) => {
      const { stdout } = await world.run(
        'echo "$USER_DELETED_INCIDENT_DLQ_URL $KEY_ROTATED_QUEUE_URL"',
      )
      match(stdout, /^http\S+\/user-deleted-incident-dlq http\S+\/key-rotated\n$/)
    },
  },
  {
    block: 'runbook.md#runbook-one-page-for-every-alarm 4',
    check: async ({ stdout }, world) => {
      match(stdout, /\napp-offboarded +1 +app\.offboarded .* metadata-is-no-object\n/)
      match(stdout, /\nreason +metadata-is-no-object\n/)
      match(stdout, / app\.offboarded +changed +what it was refused for/)
      match(stdout, /\napp-offboarded +1 +would be sent back/)
      match(stdout, /\napp-offboarded +1 +sent back to its queue\n/)
      match(stdout, /app-offboarded {2}not done/)
      await world.said(/client id +calendar\n/)
    },
  },

  { block: 'runbook.md#superseded 2', check: receiptsOfSent },
  {
    block: 'runbook.md#superseded 1',
    check: async ({ stdout }, world) => {
      match(stdout, /app-offboarded {2}done/)
      await world.said(/superseded +a later event has begun.*\n +by \S+ from https:\/\/partners/)
    },
  },
  {
    block: 'runbook.md#grants-still-trusted 1',
    check: async (ran, world) => {
      await receiptsOfSent(ran, world)
      await world.said(/newer than the event, and still trusted: 1/)
    },
  },
  {
    block: 'runbook.md#events-from-the-future 1',
    check: async (ran, world) => {
      await receiptsOfSent(ran, world)
      await world.said(/the event’s time had not come/)
    },
  },
  {
    block: 'runbook.md#runbook-one-page-for-every-alarm 2',
    check: ({ stdout }) => match(stdout, /^\d\d:\d\d:\d\d {2}app-offboarded/),
  },
  {
    block: 'runbook.md#runbook-one-page-for-every-alarm 5',
    // A topic's DLQ, of which the local system has none.
    before: async (world) => {
      await world.run(`aws sqs create-queue --queue-name user-events-dlq
        npx lapse example user.deleted --subject dave > event.json
        aws sqs send-message --queue-url "$(url UserEventsDlqQueue)" --message-body file://event.json`)
    },
    check: async ({ stdout }, world) => {
      match(stdout, /^user-events-dlq +1 +user\.deleted .* undelivered\n/m)
      match(stdout, /^user-events-dlq +1 +sent back to its queue\n/m)
      await world.newReceipts(1)
    },
  },

  {
    block: 'runbook.md#rotation-failures 1',
    check: ({ stdout, stderr }) => {
      match(stderr, /\(secret-shape\)/)
      match(stdout, verdictOf('Archive', 'overwritten'))
      match(stdout, / {2}next +lapse rotate lapse\/dev\/clients\/Archive --repair --new-key\n/)
    },
  },
  {
    block: 'runbook.md#rotation-failures 2',
    how: () => ({ stdin: 'lapse/dev/clients/Archive\n' }),
    check: (_ran, world) => isWell('Archive', world),
  },
  {
    block: 'runbook.md#secrets-overdue 1',
    check: ({ stdout }) => {
      match(stdout, verdictOf('Archive', 'missing'))
      match(stdout, / {2}next +aws .*restore-secret --secret-id lapse\/dev\/clients\/Archive\n/)
    },
  },
  { block: 'runbook.md#secrets-overdue 2', check: (_ran, world) => isWell('Archive', world) },
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

  { block: 'runbook.md#unfrozen-clients 1', check: receiptsOfSent },
  { block: 'runbook.md#unfrozen-clients 2', check: unfrozenEndsWell },

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
    block: 'runbook.md#webhooks-failed 1',
    check: async ({ stdout }, world) => {
      match(stdout, /^503 /m)
      await world.said(/source=standard status=503 .*shorter than 16 characters; set it anew/)
    },
  },
  { block: 'runbook.md#webhooks-failed 2', check: ({ stdout }) => match(stdout, /^202 /m) },
  {
    block: 'runbook.md#a-source-delivers-nothing 2',
    before: (world) => world.write('clerk.mjs', exampleOf('clerk')),
    check: async ({ stdout }, world) => {
      equal(stdout, '202 {"ids":[],"ignored":1}\n')
      await world.said(/source=clerk .*ignored=1/)
    },
  },
  {
    block: 'runbook.md#a-source-delivers-nothing 1',
    check: ({ stdout }) => match(stdout, /source=clerk .*ignored=1/),
  },
]

function verdictOf(name: string, verdict: string): RegExp {
  return new RegExp(`lapse/dev/clients/${name}\\n {2}verdict +${verdict}\\b`)
}

async function isWell(name: string, world: World): Promise<void> {
  const { stdout } = await world.run('npx lapse rotate --status')
  match(stdout, verdictOf(name, 'well'))
}

async function unfrozenEndsWell(ran: Ran, world: World): Promise<void> {
  await receiptsOfSent(ran, world)
  const answer = await fetch(`${world.dev.endpoints['oryAdmin']}/admin/clients/mail`)
  const { metadata } = (await answer.json()) as { readonly metadata: object }
  equal(JSON.stringify(metadata).includes('lapse_suspended'), false)
}

function exampleOf(source: string): string {
  return blocksOf('webhooks.md').find(({ name }) => name === `webhooks.md#${source} 1`)?.code ?? ''
}
