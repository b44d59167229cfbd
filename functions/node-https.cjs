// Stands in for node:https in bundles: AWS's clients load it although requests go over undici here.
const https = () => process.getBuiltinModule('node:https')

module.exports = {
  get Agent() {
    return https().Agent
  },
  get request() {
    return https().request
  },
}
