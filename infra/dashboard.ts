import type { EventQueues } from './event-queue.ts'
import { region, serviceName } from './stage.ts'

type Metric = readonly [
  string,
  string,
  string,
  $util.Input<string>,
  Readonly<Record<string, string>>?,
]

interface Graph {
  readonly title: string
  readonly metrics: readonly Metric[]
  readonly stat?: 'Sum' | 'Maximum'
}

/** One page that says how this stage is doing: a row for each event, and one for the rest. */
export function createDashboard(events: readonly EventQueues[]): void {
  const graphs = [...events.flatMap(eventGraphs), ...otherGraphs(), clockGraph(events)]
  new aws.cloudwatch.Dashboard('Dashboard', {
    dashboardName: serviceName('overview'),
    dashboardBody: $jsonStringify({ widgets: graphs.map(widget) }),
  })
}

/** Both of its queues in one graph; what its function counts is for both. */
function eventGraphs({ ordinary, incidents }: EventQueues): readonly Graph[] {
  const { stem } = ordinary
  const both = [ordinary, incidents]
  const of = (queue: sst.aws.Queue, metric: string): Metric => [
    'AWS/SQS',
    metric,
    'QueueName',
    queue.nodes.queue.name,
  ]
  const service = serviceName(stem)
  return [
    {
      title: `${stem}: waiting, and on the DLQs`,
      metrics: both
        .flatMap(({ queue, dlq }) => [queue, dlq])
        .map((queue) => of(queue, 'ApproximateNumberOfMessagesVisible')),
    },
    {
      title: `${stem}: age of the oldest event and longest wait, seconds`,
      metrics: [
        ...both.map(({ queue }) => of(queue, 'ApproximateAgeOfOldestMessage')),
        ...counts(service, ['WaitingSeconds']),
      ],
    },
    {
      title: `${stem}: what did not go well`,
      metrics: counts(service, [
        'ConfigurationErrors',
        'DeadLettered',
        'Deferred',
        'EventsGivenUp',
        'Failures',
        'LanesNotAllowed',
        'VerificationFailures',
      ]),
      stat: 'Sum',
    },
  ]
}

function otherGraphs(): readonly Graph[] {
  return [
    {
      title: 'what went well',
      metrics: [
        ...counts(serviceName('user-deleted'), ['UsersProcessed', 'ConsentSessionsRevoked']),
        ...counts(serviceName('user-suspended'), ['UsersProcessed']),
        ...counts(serviceName('user-signed-out'), ['UsersProcessed']),
        ...counts(serviceName('app-offboarded'), ['AppsProcessed']),
        ...counts(serviceName('key-rotated'), ['KeysRotated']),
        ...counts(serviceName('rotate-client-secret'), ['SecretsRotated']),
        ...counts(serviceName('sweep'), ['KeysRetired', 'SecretsRetired']),
      ],
      stat: 'Sum',
    },
    {
      title: 'webhooks',
      metrics: counts(serviceName('webhook'), [
        'WebhooksAccepted',
        'WebhooksFailed',
        'WebhooksRefused',
        'WebhooksUnreadable',
      ]),
      stat: 'Sum',
    },
    {
      title: 'the receipts log',
      metrics: counts(serviceName('seal'), [
        'CheckpointsSigned',
        'ReceiptsPending',
        'ReceiptsSealed',
        'ReceiptsUnsealable',
      ]),
      stat: 'Sum',
    },
    {
      title: 'the sweep and rotation',
      metrics: [
        ...counts(serviceName('sweep'), ['FollowUpPassesLate', 'SecretsOverdue', 'SweepFailures']),
        ...counts(serviceName('rotate-client-secret'), ['RotationFailures']),
      ],
      stat: 'Sum',
    },
  ]
}

/** Nothing is shown of a clock that is right. */
function clockGraph(events: readonly EventQueues[]): Graph {
  const stems = [
    ...events.map(({ ordinary }) => ordinary.stem),
    'rotate-client-secret',
    'seal',
    'sweep',
  ]
  return {
    title: 'how far clocks are off, seconds',
    metrics: stems.flatMap((stem) => counts(serviceName(stem), ['ClockOffSeconds'])),
  }
}

function counts(service: string, names: readonly string[]): readonly Metric[] {
  return names.map((name) => ['lapse', name, 'service', service])
}

/** Three to a row, 24 units wide. */
function widget({ title, metrics, stat = 'Maximum' }: Graph, index: number) {
  return {
    type: 'metric',
    x: (index % 3) * 8,
    y: Math.floor(index / 3) * 6,
    width: 8,
    height: 6,
    properties: { title, metrics, stat, region, period: 300 },
  }
}
