// Stands in for node:http in bundles. Imported as an ES module it has every export looked at, fetch's
// client among them, which Node then loads (some 20 ms of a cold start); here only what is used is.
module.exports = process.getBuiltinModule('node:http')
