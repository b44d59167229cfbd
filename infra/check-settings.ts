import type { RotatedClient } from './rotated-clients.ts'
import type { Settings } from './settings.ts'

/**
 * Refuses what would only be noticed once it is deployed.
 * @param sources the webhook sources that there are
 * @throws Error, in one line that says what to do
 */
export function checkSettings(settings: Settings, sources: readonly string[]): Settings {
  checkSources(settings.webhookSources, sources)
  for (const client of settings.rotatedClients) checkClient(client, settings.rotatedClients)
  checkAddresses(settings.alarmEmails)
  return settings
}

/** A source that is not there would be answered 404 by a door that rings no alarm. */
function checkSources(chosen: readonly string[], known: readonly string[]): void {
  const unknown = chosen.find((source) => !known.includes(source))
  if (unknown === undefined) return
  throw new Error(`webhookSources: there is no ${unknown}, only ${known.toSorted().join(', ')}`)
}

/** Two secrets for one client would end each other's credentials. */
function checkClient({ name, clientId }: RotatedClient, all: readonly RotatedClient[]): void {
  if (!/^[A-Z][A-Za-z0-9]*$/.test(name))
    throw new Error(`rotatedClients: ${name} is no name; write it like Mail`)
  if (all.filter((other) => other.clientId === clientId || other.name === name).length > 1)
    throw new Error(`rotatedClients: ${name} is there twice, by its name or by its clientId`)
}

function checkAddresses(addresses: readonly string[]): void {
  const wrong = addresses.find((address) => !/^[^@]+@[^@]+$/.test(address))
  if (wrong === undefined) return
  throw new Error(`ALARM_EMAILS: ${wrong} is no address; write addresses with commas between them`)
}
