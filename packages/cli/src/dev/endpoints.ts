import type { Local } from '@lapse/local'
import { columns } from '../output/columns.ts'
import { styled } from '../output/print.ts'

/** Every address of the running system, by a name that says what answers there. */
export function endpointsOf({ endpoints, queues }: Local): Readonly<Record<string, string>> {
  return {
    'Ory admin': endpoints.oryAdmin,
    'Ory public': endpoints.oryPublic,
    SQS: endpoints.sqs,
    DynamoDB: endpoints.dynamoDb,
    'Secrets Manager': endpoints.secretsManager,
    ...Object.fromEntries(
      queues.flatMap(({ queue, dlq }) => [
        [`queue ${queue.name}`, queue.url],
        [`queue ${dlq.name}`, dlq.url],
      ]),
    ),
  }
}

/** What a person is told once everything runs. */
export function endpointLines(
  endpoints: Readonly<Record<string, string>>,
  devFile: string,
): readonly string[] {
  return [
    '',
    ...columns(Object.entries(endpoints).map(([name, url]) => [name, styled('cyan', url)])),
    '',
    `  ${devFile} holds all of this, and the variables that go with it.`,
    '',
    `  ${styled('dim', 'in another terminal')}`,
    '  npx lapse send event.json',
    `  ORY_ADMIN_URL=${endpoints['Ory admin']} npx lapse plan user-deleted --subject alice`,
    '',
    '  Ctrl-C stops everything.',
    '',
  ]
}
