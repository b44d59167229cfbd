/** A message of the story. */
export interface ExampleEvent {
  /** The event's own id; it names neither user nor subject, because receipts repeat it. */
  readonly id: string
  readonly told: string
  readonly body: string
  /** How often it is sent. */
  readonly times: number
  /** Whether it is an event at all. */
  readonly readable: boolean
}

/** The messages that are sent, in this order. */
export function exampleEvents(now: Date): readonly ExampleEvent[] {
  return [
    readable('event-1', 'alice is deleted', 1, userDeleted('event-1', now, { subject: 'alice' })),
    readable(
      'event-2',
      'bob is deleted; sent twice',
      2,
      userDeleted('event-2', now, { subject: 'bob' }),
    ),
    readable(
      'event-3',
      'a user Ory never met is deleted',
      1,
      userDeleted('event-3', now, { subject: 'nobody' }),
    ),
    {
      ...readable('event-4', 'malformed: nobody is named', 1, userDeleted('event-4', now, {})),
      readable: false,
    },
  ]
}

function readable(id: string, told: string, times: number, event: object): ExampleEvent {
  return { id, told, times, body: JSON.stringify(event), readable: true }
}

/** CloudEvents 1.0, as an identity provider would publish it. */
function userDeleted(id: string, now: Date, data: object): object {
  return {
    specversion: '1.0',
    id,
    source: 'https://accounts.example',
    type: 'user.deleted',
    time: now.toISOString(),
    data,
  }
}
