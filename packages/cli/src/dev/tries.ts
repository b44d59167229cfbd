import { seededSecrets } from './seed.ts'

/**
 * Command lines to begin with, in the folder of a `lapse dev`; more of them where it has something to end.
 * @param name what the command is called there
 */
export function triesOf(isSeeded: boolean, name: string): readonly string[] {
  const send = `${name} send`
  const userDeleted = [
    `${name} plan user-deleted --subject alice`,
    `${name} example user.deleted | ${send}`,
    `${name} receipts list`,
  ]
  if (!isSeeded) return userDeleted
  return [
    ...userDeleted,
    `${name} example app.offboarded | ${send}`,
    `${name} example app.offboarded --mode restore | ${send}`,
    `${name} example key.rotated | ${send}`,
    `${name} rotate ${seededSecrets.reports}`,
    `${name} rotate --status`,
  ]
}
