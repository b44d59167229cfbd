import { CannotTell } from '../../site/cannot-tell.ts'
import { get, memberOf } from '../../site/http.ts'
import { refusePlainText } from '../../site/ory-sides.ts'
import type { Site } from '../../site/site.ts'
import { type Check, type Outcome, type Problem, unless, well, wrong } from '../check.ts'

/** An event stream of an Ory Network project. */
export interface StreamSeen {
  readonly id: string
  readonly isPaused: boolean
  /** Names, and patterns with `*`; `undefined`: every type. */
  readonly types: readonly string[] | undefined
}

/** `undefined` where the Ory is a Hydra of one's own, which has none. */
export const eventStream: Check<readonly StreamSeen[] | undefined> = {
  name: 'event-stream',
  about: 'Ory Network: the event stream',
  read,
  judge(streams): Outcome {
    if (streams === undefined) return well('a Hydra of your own has none')
    if (streams.length === 0)
      return wrong(
        'the project has no event stream: nobody says when an identity is deleted',
        'make one for IdentityDeleted, to the topic oryEventsTopic (docs/ory-network.md)',
      )
    const serving = streams.filter(({ types }) => takes(types, 'IdentityDeleted'))
    if (serving.length === 0)
      return wrong(
        `no event stream has IdentityDeleted among its types (${streams[0]?.types?.join(', ')})`,
        'add IdentityDeleted to its event_types',
      )
    return unless(
      serving.filter(({ isPaused }) => isPaused).map(paused),
      well('IdentityDeleted is among its types'),
    )
  },
}

async function read({ ory, variables }: Site): Promise<readonly StreamSeen[] | undefined> {
  const { ORY_PROJECT_ID: project, ORY_WORKSPACE_API_KEY: key, ORY_CONSOLE_URL: base } = variables
  if (!project && (await ory.key()) === undefined) return undefined
  if (!project || !key || !base)
    throw new CannotTell(
      'only a workspace key shows it: set ORY_PROJECT_ID, ORY_WORKSPACE_API_KEY and ORY_CONSOLE_URL here',
    )
  if (!URL.canParse(base)) throw new CannotTell('ORY_CONSOLE_URL is not a URL')
  refusePlainText(base)
  const url = `${base.replace(/\/+$/, '')}/projects/${encodeURIComponent(project)}/eventstreams`
  const { status, json } = await get(url, { authorization: `Bearer ${key}` })
  const streams = memberOf(json, 'event_streams')
  if (status !== 200 || !Array.isArray(streams))
    throw new CannotTell(`${new URL(base).host} answered ${status} for the event streams`)
  return streams.map(streamOf)
}

function streamOf(stream: unknown): StreamSeen {
  const types = memberOf(stream, 'event_types')
  return {
    id: String(memberOf(stream, 'id')),
    isPaused: memberOf(stream, 'status') === 'paused',
    types: Array.isArray(types) && types.length > 0 ? types.map(String) : undefined,
  }
}

function takes(types: readonly string[] | undefined, name: string): boolean {
  return types === undefined || types.some((type) => matches(type, name))
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => RegExp.escape(part))
  return new RegExp(`^${parts.join('.*')}$`).test(name)
}

function paused({ id }: StreamSeen): Problem {
  return { says: `the event stream ${id} is paused`, todo: 'set its status to active' }
}
