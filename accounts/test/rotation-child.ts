import { rotateMasterKey } from '../src/secrets/rotate.ts'
import { openAccountsFile } from '../src/storage/tables.ts'

/** Rotates the master key of a folder and is killed before the named step, as by `kill -9`. */
const [folder = '', step = ''] = process.argv.slice(2)
rotateMasterKey({
  db: openAccountsFile(`${folder}/accounts.sqlite`),
  source: { file: `${folder}/secrets/master-key` },
  signOut: false,
  before: (at) => {
    if (at === step) process.kill(process.pid, 'SIGKILL')
  },
})
