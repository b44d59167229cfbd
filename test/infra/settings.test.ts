import { expect, test } from 'vitest'
import { checkSettings } from '../../infra/check-settings.ts'
import { calendar, mail, network } from './settings.ts'

const sources = ['standard', 'clerk', 'polis', 'github', 'ory-actions', 'cloudevents']

test('takes settings that make sense as they are', () => {
  expect(checkSettings(network, sources)).toBe(network)
})

test.each([
  [
    'a source that is not there',
    { webhookSources: ['githib'] },
    'webhookSources: there is no githib, only clerk, cloudevents, github, ory-actions, polis, standard',
  ],
  [
    'two secrets for one client',
    { rotatedClients: [mail, { ...calendar, clientId: 'mail' }] },
    'rotatedClients: Mail is there twice, by its name or by its clientId',
  ],
  [
    'two clients of one name',
    { rotatedClients: [mail, { ...calendar, name: 'Mail' }] },
    'rotatedClients: Mail is there twice, by its name or by its clientId',
  ],
  [
    'a name that is none',
    { rotatedClients: [{ ...mail, name: 'the mail' }] },
    'rotatedClients: the mail is no name; write it like Mail',
  ],
  [
    'an address that is none',
    { alarmEmails: ['a@example.com', 'oncall'] },
    'ALARM_EMAILS: oncall is no address; write addresses with commas between them',
  ],
])('refuses %s in one line', (_what, change, problem) => {
  expect(() => checkSettings({ ...network, ...change }, sources)).toThrow(problem)
})
