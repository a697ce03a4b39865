import { spawnSync } from 'node:child_process'
import { constants, getPriority, setPriority } from 'node:os'

// Runs the static checks at a low priority, which the processes of a command have only from one that had it before they began.
// One that is lower still is kept: to raise it takes a right.
setPriority(Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL))
process.exitCode = spawnSync('npm run --silent static', { shell: true, stdio: 'inherit' }).status ?? 1
