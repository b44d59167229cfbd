import { apps, users } from '../demo/cast.ts'
import { notes } from '../demo/notes-app.ts'
import { partner } from '../demo/partner.ts'
import { type Block, columns, command, hanging, kept } from '../output/layout.ts'
import { styled } from '../output/print.ts'
import { seededKey, seededSecrets } from './seed.ts'

/** What `lapse dev --seed` has made, and what can be done with it. */
export function seedLines(): readonly Block[] {
  const { reports, archive } = seededSecrets
  const appIds = [...apps.map(({ client_id }) => client_id), notes.client_id, partner.client_id]
  return [
    ...columns([
      ['users', `${users.map(({ subject }) => subject).join(', ')}: signed in, with tokens`],
      ['apps', appIds.join(', ')],
      [
        'issuer',
        `${kept(partner.issuer)} with ${kept(seededKey)}, trusted for ${kept(partner.subject)}`,
      ],
      ['secrets', `${kept(reports)} of the client reports`],
      ['', `${kept(archive)} of the client archive`],
    ]),
    '',
    `  ${styled('dim', 'to be tried in another terminal')}`,
    ...tries(reports).map((line) => hanging(`  ${command(`npx lapse ${line}`)}`)),
  ]
}

/** The rest of each command line. */
function tries(secretId: string): readonly string[] {
  return [
    'example user.deleted | npx lapse send',
    'example app.offboarded | npx lapse send',
    'example app.offboarded --mode restore | npx lapse send',
    'example key.rotated | npx lapse send',
    `rotate ${secretId}`,
    'rotate --status',
  ]
}
