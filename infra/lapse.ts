import { createAlarms } from './alarms.ts'
import { createDashboard } from './dashboard.ts'
import { createEventQueues, processMessages, watchSubjects } from './event-queue.ts'
import { createKey } from './key.ts'
import { createLedger } from './ledger.ts'
import { narrowLinks } from './links.ts'
import { createOry } from './ory.ts'
import { createPeoplesPolicies } from './people.ts'
import { createPlace } from './place.ts'
import { allowProducers } from './queue.ts'
import { createReceiptsLog } from './receipts-log.ts'
import { createRotatedSecrets, rotate } from './rotation.ts'
import { type Lane, type Settings, templatesIn } from './settings.ts'
import { createSources } from './sources.ts'
import { componentName } from './stage.ts'
import { createSweep } from './sweep.ts'
import { userEventsTopicArn } from './user-events.ts'
import { createWebhook } from './webhook.ts'

/** The whole system: what exists, and who is given what. */
export function lapse(settings: Settings) {
  narrowLinks()
  const { publishers, vpc, observedWithinMinutes } = settings
  const key = createKey({ publishers, topicArn: userEventsTopicArn })
  const { alarm, topic: alarms } = createAlarms(key, settings.alarmEmails)
  const ledger = createLedger(key)
  const { calling: ory, apiKey: oryApiKey } = createOry(settings, key)
  const rotated = createRotatedSecrets(settings.rotatedClients, key)
  const userDeleted = createEventQueues('user-deleted', key, alarm)
  const userSuspended = createEventQueues('user-suspended', key, alarm)
  const userSignedOut = createEventQueues('user-signed-out', key, alarm)
  const appOffboarded = createEventQueues('app-offboarded', key, alarm)
  const keyRotated = createEventQueues('key-rotated', key, alarm)
  const users = [userDeleted, userSuspended, userSignedOut]
  const all = [...users, appOffboarded, keyRotated]
  const queues = all.flatMap(({ ordinary, incidents }) => [ordinary, incidents])

  const links = [ledger.rows, ledger.batches, ledger.key, ory]
  const subjects = {
    USER_DELETED_SUBJECT_FIELD: settings.subjectField,
    IDENTITY_DELETED_SUBJECT_FIELD: settings.identitySubjectField,
    ...templatesIn(settings),
  }
  const named = {
    EVENT_SOURCES: JSON.stringify(sourcesOf(settings)),
    ...(settings.publisherLanes && { PUBLISHER_LANES: lanesIn(settings.publisherLanes) }),
  }
  const accounts = {
    ...(settings.oryIdentitiesUrl && { ORY_IDENTITIES_URL: settings.oryIdentitiesUrl }),
    ...(settings.oryApiKeysUrl && { ORY_API_KEYS_URL: settings.oryApiKeysUrl }),
    ...(settings.suspensionEndsApiKeys && { SUSPENSION_ENDS_API_KEYS: 'yes' }),
  }
  for (const user of users) watchSubjects(user, settings.unknownSubjectsPercent ?? 90, alarm)
  for (const user of users)
    processMessages(
      user,
      {
        key,
        links,
        environment: { ...subjects, ...named, ...accounts },
        vpc,
        observedWithinMinutes,
      },
      alarm,
    )
  processMessages(
    appOffboarded,
    {
      key,
      links: [...links, ledger.followUps, rotated.deleting, rotated.resetting],
      environment: named,
      settings: rotated.names,
      vpc,
      observedWithinMinutes,
    },
    alarm,
  )
  processMessages(keyRotated, { key, links, environment: named, vpc, observedWithinMinutes }, alarm)
  rotate(rotated, { key, links: [ledger.rows, ory], vpc }, alarm)
  const sweep = createSweep(
    {
      links: [...links, ledger.followUps, rotated.reading],
      settings: rotated.settings,
      vpc,
    },
    key,
    alarm,
  )
  const receiptsLog = createReceiptsLog(settings, ledger.sealing, key, alarm)
  createDashboard(all)

  const sources = createSources(
    settings,
    {
      'user.deleted': userDeleted.ordinary.queue,
      'user.suspended': userSuspended.ordinary.queue,
      'user.signed-out': userSignedOut.ordinary.queue,
    },
    { key, alarm },
  )
  for (const { stem, queue } of queues)
    allowProducers(componentName(stem), queue, sources.producersOf(queue))
  const webhook = createWebhook(
    settings,
    { events: queues.map(({ events }) => events), tokens: ledger.tokens },
    key,
    alarm,
  )

  const dlqs = { ...sources.dlqs, sweep: sweep.dlq, seal: receiptsLog.dlq }
  // Senders append `/webhooks/<source>`.
  const webhooks = webhook.url.apply((url) => url.replace(/\/$/, ''))
  const { table, keySecret: ledgerKey } = ledger
  const place = createPlace({ settings, key, queues, dlqs, table, alarms, webhooks, receiptsLog })
  const allQueues = [...queues.flatMap(({ queue, dlq }) => [queue, dlq]), ...Object.values(dlqs)]
  const { reader, auditor, operator } = createPeoplesPolicies({
    place,
    queues: allQueues,
    table,
    ledgerKey,
    key,
    alarms,
    receiptsLog,
    events: queues.map(({ queue }) => queue),
    dlqs: [...queues.map(({ dlq }) => dlq), ...Object.values(dlqs)],
    oryApiKey,
  })

  return {
    webhooks,
    alarms: alarms.arn,
    alarmsGoTo:
      settings.alarmEmails.join(', ') || 'nobody: set ALARM_EMAILS, or subscribe to the topic',
    userDeletedQueue: userDeleted.ordinary.queue.url,
    userDeletedIncidentQueue: userDeleted.incidents.queue.url,
    userSuspendedQueue: userSuspended.ordinary.queue.url,
    userSuspendedIncidentQueue: userSuspended.incidents.queue.url,
    userSignedOutQueue: userSignedOut.ordinary.queue.url,
    userSignedOutIncidentQueue: userSignedOut.incidents.queue.url,
    appOffboardedQueue: appOffboarded.ordinary.queue.url,
    appOffboardedIncidentQueue: appOffboarded.incidents.queue.url,
    keyRotatedQueue: keyRotated.ordinary.queue.url,
    keyRotatedIncidentQueue: keyRotated.incidents.queue.url,
    ledgerTable: ledger.table.name,
    key: key.arn,
    place: place.name,
    readerPolicy: reader.arn,
    auditorPolicy: auditor.arn,
    operatorPolicy: operator.arn,
    receiptsLogBucket: receiptsLog.bucket.bucket,
    receiptsLogKey: receiptsLog.signing.arn,
    receiptsLogOrigin: receiptsLog.origin,
    ...sources.outputs,
  }
}

/** Who events may be from, by their `source`; the door says it of every webhook. */
function sourcesOf({ webhookSources, eventSources = [] }: Settings): readonly string[] {
  return [...webhookSources.map((name) => `webhook:${name}`), ...eventSources]
}

/** An empty list is no list at all to whoever reads it. */
function lanesIn(lanes: readonly Lane[]): string {
  return lanes.length === 0 ? 'none' : lanes.join(',')
}
