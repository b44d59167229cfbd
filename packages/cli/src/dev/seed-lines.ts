import { apps, users } from '../demo/cast.ts'
import { notes } from '../demo/notes-app.ts'
import { partner } from '../demo/partner.ts'
import { type Block, columns, kept } from '../output/layout.ts'
import { seededKey, seededSecrets } from './seed.ts'

/** What `lapse dev --seed` has made. */
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
  ]
}
