import type { Local } from '@lapse/local'
import { type Block, columns, command, hanging } from '../output/layout.ts'
import { styled } from '../output/print.ts'

/** Every server's URL, the control port of the emulated Ory among them. */
export function allEndpoints({ endpoints, emulator }: Local): Readonly<Record<string, string>> {
  const { controlUrl } = emulator ?? {}
  return { ...endpoints, ...(controlUrl !== undefined && { oryControl: controlUrl }) }
}

/** Every address of the running system, by a name that says what answers there. */
function endpointsOf(local: Local, consoleUrl: string): Readonly<Record<string, string>> {
  const { endpoints, queues } = local
  const [first] = queues
  const { oryControl } = allEndpoints(local)
  return {
    'a page of it': consoleUrl,
    'Ory admin': endpoints.oryAdmin,
    'Ory public': endpoints.oryPublic,
    ...(oryControl !== undefined && { 'Ory control': oryControl }),
    SQS: endpoints.sqs,
    DynamoDB: endpoints.dynamoDb,
    'Secrets Manager': endpoints.secretsManager,
    webhooks: `${endpoints.webhooks}/webhooks/<source>`,
    ...(first && { queues: first.queue.url.replace(/[^/]+$/, '<name>') }),
  }
}

const incident = '-incident'

/** By their names alone: an address each would be more than a screen. */
function queueNames({ queues }: Local): string {
  const ordinary = queues.map(({ queue }) => queue.name).filter((one) => !one.endsWith(incident))
  return `  Queues are ${ordinary.join(', ')}; each has one of incidents, whose name ends in ${incident}, and every one its DLQ, in -dlq.`
}

/**
 * What a person is told once everything runs.
 * @param tries command lines that do something with it
 */
export function endpointLines(
  local: Local,
  consoleUrl: string,
  devFile: string,
  tries: readonly string[],
): readonly Block[] {
  return [
    '',
    ...columns(
      Object.entries(endpointsOf(local, consoleUrl)).map(([name, url]) => [
        name,
        styled('cyan', url),
      ]),
    ),
    queueNames(local),
    '',
    `  ${devFile} holds all of this, the variables that go with it, and under "webhooks" every source with the secret that it signs with.`,
    '',
    `  ${styled('dim', 'in another terminal')}`,
    ...tries.map((line) => hanging(`  ${command(line)}`)),
    '',
    '  Ctrl-C stops everything.',
    '',
  ]
}
