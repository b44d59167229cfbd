import { match } from 'node:assert/strict'
import { blocksOf } from '../blocks.ts'
import type { Step } from '../step.ts'
import type { World } from '../world.ts'

const standard = blocksOf('webhooks.md').find(({ name }) => name === 'webhooks.md#standard 1')

/** webhooks.md: what each sender sends is taken by the door, and the worker ends something. */
export const steps: readonly Step[] = [
  {
    block: 'webhooks.md#secrets 1',
    check: ({ stdout }) => match(stdout, /^[A-Za-z0-9+/]{43}=\n$/),
  },
  {
    block: 'webhooks.md#examples 1',
    before: (world) => world.write('send.mjs', standard?.code ?? ''),
    check: ({ stdout }) => match(stdout, accepted),
  },
  {
    block: 'webhooks.md#global-token-revocation 2',
    how: (world) => ({ variables: asSource('global-token-revocation', world) }),
    check: async ({ stdout }, world) => {
      match(stdout, /^204 \n$/)
      await world.said(/ {2}user-signed-out, first pass closed /)
    },
  },
  ...(
    [
      ['standard', 1, 'user-deleted'],
      ['clerk', 1, 'user-deleted'],
      ['polis', 1, 'user-suspended'],
      ['ory-actions', 3, 'user-deleted'],
      ['cloudevents', 1, 'app-offboarded'],
      ['github', 1, 'app-offboarded'],
    ] as const
  ).map(
    ([source, index, stem]): Step => ({
      block: `webhooks.md#${source} ${index}`,
      how: (world) => ({ variables: asSource(source, world) }),
      check: async ({ stdout }, world) => {
        match(stdout, accepted)
        const [, id] = accepted.exec(stdout) ?? []
        await world.said(new RegExp(`  ${stem}, first pass closed .*\\n +event +${id} from `))
      },
    }),
  ),
]

const accepted = /^202 \{"id":"([^"]+)"\}\n$/

function asSource(source: string, { dev }: World): Readonly<Record<string, string>> {
  return {
    LAPSE_WEBHOOK_URL: dev.endpoints['webhooks'] ?? '',
    LAPSE_WEBHOOK_SECRET: dev.webhooks[source]?.secret ?? '',
  }
}
