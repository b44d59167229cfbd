import { rowRetentionDays } from '@lapse/core/ports'

/** By the reason for which a worker refuses an event: what is the matter, and what to do. */
export const remedies: Readonly<Record<string, string>> = {
  'protected-client':
    'PROTECTED_CLIENT_IDS holds a client of it; take it off the list if it has to go',
  'protected-owner': 'PROTECTED_OWNERS holds its owner; take it off the list if it has to go',
  'protected-issuer': 'PROTECTED_ISSUERS holds its issuer; take it off the list if it has to go',
  'client-of-another-owner': 'the client changed hands since the event; send a new one',
  'newer-than-event':
    'something newer than the event stands at Ory; send a new event if it is still meant',
  'no-such-client': 'Ory has no client of this id; check it',
  'older-than-ledger': `it is older than ${rowRetentionDays} days; send a new event if it is still meant`,
  'time-in-the-future':
    'its time is more than 5 minutes ahead; check the clock that it was made by',
  'secret-of-no-client':
    'a secret that it names is tagged with no client of the owner; delete it, or mend its tag lapse:client_id',
  'malformed-secret-id': 'no secret can have a name as it gives one; mend it',
  'secret-not-visible': 'AWS does not show a secret that it names; check the name, or the policy',
  'marker-missing': 'the client is frozen, and nobody knows what it was; set its grants by hand',
  'metadata-is-no-object': 'the client’s metadata has no room for what it was; make it an object',
  'unfrozen-meanwhile':
    'somebody changed the suspended client; decide by hand which grants are right',
  'secret-not-kept':
    'no secret that it names, or that is rotated here, is tagged with this client; put its credential into one',
  'several-secrets': 'more than one secret is tagged with this client; name the one that counts',
  'secret-of-another-client':
    'AWSCURRENT of its secret holds no credential of this client; mend it',
  'registration-too-large': 'its registration has more than 300 KB; make its metadata smaller',
  'registration-holds-secret': 'its metadata or keys hold a secret; take that out',
  'registration-not-exact':
    'a number in its registration has more digits than are read; write it as a text',
  'reset-unfinished':
    'a reset has deleted the client and not made it again yet; redrive that first',
  'recreated-otherwise':
    'somebody else has made a client of this id since a reset deleted it; decide whose is to stay',
  'canary-blind':
    'Ory accepts a wrong secret of the client, so that nothing can be proven; find out why, and redrive',
  'kid-in-use': 'another key has this kid; choose a new one',
  'kid-in-use-on-other-terms': 'the key is trusted on other terms; choose a new kid',
  'key-expired': 'its expires_at has passed; send an event with a later one',
  'siblings-on-retired-key':
    'other grants would stop working; send siblings: follow, or name another key',
  'siblings-on-different-terms': 'other grants would lose something; move them by hand first',
  'scope-bound-by-any-subject': 'other grants would lose something; move them by hand first',
}
