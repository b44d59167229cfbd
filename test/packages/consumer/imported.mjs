import * as errors from '@lapse/core/errors'
import * as events from '@lapse/core/events'
import * as ory from '@lapse/core/ory'
import * as emulator from '@lapse/ory-emulator'
import * as webhooks from '@lapse/webhooks'
import { checkDoor, checkEvents } from './rest.mjs'
import { story } from './story.mjs'

checkEvents(events, errors)
await checkDoor(webhooks)
console.log(`imported: ${await story({ ory, errors, emulator })} operations`)
