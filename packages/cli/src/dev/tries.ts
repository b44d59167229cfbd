import { seededSecrets } from './seed.ts'

const userDeleted = [
  'npx lapse plan user-deleted --subject alice',
  'npx lapse example user.deleted | npx lapse send',
]

/** Command lines to begin with, in the folder of a `lapse dev`; more of them where it has something to end. */
export function triesOf(isSeeded: boolean): readonly string[] {
  if (!isSeeded) return userDeleted
  return [
    ...userDeleted,
    'npx lapse example app.offboarded | npx lapse send',
    'npx lapse example app.offboarded --mode restore | npx lapse send',
    'npx lapse example key.rotated | npx lapse send',
    `npx lapse rotate ${seededSecrets.reports}`,
    'npx lapse rotate --status',
  ]
}
