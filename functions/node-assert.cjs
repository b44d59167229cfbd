// Stands in for node:assert in bundles, which opens stderr to see what colours it has: undici asserts
// by it, and some 3 ms of a cold start go into how a failure would look.
module.exports = function assert(value, message = 'an assertion failed') {
  if (value) return
  throw message instanceof Error ? message : new Error(message)
}
