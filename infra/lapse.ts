import { createAlarms } from './alarms.ts'
import { createDashboard } from './dashboard.ts'
import { createEventQueue, processMessages } from './event-queue.ts'
import { createKey } from './key.ts'
import { createLedger } from './ledger.ts'
import { narrowLinks } from './links.ts'
import { createOry } from './ory.ts'
import { allowProducers } from './queue.ts'
import { createRotatedSecrets, rotate } from './rotation.ts'
import type { Settings } from './settings.ts'
import { createSources } from './sources.ts'
import { componentName } from './stage.ts'
import { createSweep } from './sweep.ts'
import { userEventsTopicArn } from './user-events.ts'
import { createWebhook } from './webhook.ts'

/** The whole system: what exists, and who is given what. */
export function lapse(settings: Settings) {
  narrowLinks()
  const { publishers, vpc } = settings
  const key = createKey({ publishers, topicArn: userEventsTopicArn })
  const { alarm, topic: alarms } = createAlarms(key, settings.alarmEmails)
  const ledger = createLedger(key)
  const ory = createOry(settings, key)
  const rotated = createRotatedSecrets(settings.rotatedClients, key)
  const userDeleted = createEventQueue('user-deleted', key, alarm)
  const appOffboarded = createEventQueue('app-offboarded', key, alarm)
  const keyRotated = createEventQueue('key-rotated', key, alarm)
  const queues = [userDeleted, appOffboarded, keyRotated]

  const links = [ledger.rows, ledger.key, ory]
  const subjects = {
    USER_DELETED_SUBJECT_FIELD: settings.subjectField,
    IDENTITY_DELETED_SUBJECT_FIELD: settings.identitySubjectField,
  }
  const named = { EVENT_SOURCES: JSON.stringify(sourcesOf(settings)) }
  processMessages(userDeleted, { key, links, environment: { ...subjects, ...named }, vpc }, alarm)
  processMessages(
    appOffboarded,
    {
      key,
      links: [...links, ledger.followUps, rotated.deleting],
      environment: named,
      settings: rotated.names,
      vpc,
    },
    alarm,
  )
  processMessages(keyRotated, { key, links, environment: named, vpc }, alarm)
  rotate(rotated, { key, links: [ledger.rows, ory], vpc }, alarm)
  createSweep(
    {
      links: [...links, ledger.followUps, rotated.reading],
      settings: rotated.settings,
      vpc,
    },
    key,
    alarm,
  )
  createDashboard(queues)

  const sources = createSources(settings, { queue: userDeleted.queue, key, alarm })
  for (const { stem, queue } of queues)
    allowProducers(componentName(stem), queue, stem === 'user-deleted' ? sources.producers : [])
  const webhook = createWebhook(
    settings,
    queues.map(({ events }) => events),
    key,
    alarm,
  )

  return {
    // Senders append `/webhooks/<source>`.
    webhooks: webhook.url.apply((url) => url.replace(/\/$/, '')),
    alarms: alarms.arn,
    alarmsGoTo:
      settings.alarmEmails.join(', ') || 'nobody: set ALARM_EMAILS, or subscribe to the topic',
    userDeletedQueue: userDeleted.queue.url,
    appOffboardedQueue: appOffboarded.queue.url,
    keyRotatedQueue: keyRotated.queue.url,
    ledgerTable: ledger.table.name,
    key: key.arn,
    ...sources.outputs,
  }
}

/** Who events may be from, by their `source`; the door says it of every webhook. */
function sourcesOf({ webhookSources, eventSources = [] }: Settings): readonly string[] {
  return [...webhookSources.map((name) => `webhook:${name}`), ...eventSources]
}
