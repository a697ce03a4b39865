// npm leaves a platform's binary out of the lock file when the registry at hand lacks it, and then `npm ci` refuses that
// lock everywhere. This adds them by name and exact version, and gives every entry its integrity, without which npm would
// install whatever it is sent; run `npm run lock` after a change of dependencies.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']
const libcs = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' }
const exactVersion = /^\d+\.\d+\.\d+[\w.+-]*$/

/** What a platform package's name says: `@biomejs/cli-linux-x64-musl`. Undefined where it names no platform. */
const platformOf = (name) => {
  const parts = name.split('/').at(-1).split('-')
  const at = parts.findIndex((part) => systems.includes(part))
  if (at < 1 || parts[at + 1] === undefined) return undefined
  const [os, cpu, libc] = parts.slice(at)
  return { os: [os], cpu: [cpu], ...(os === 'linux' && libc in libcs ? { libc: [libcs[libc]] } : {}) }
}

/** Where the lock file lacks an exactly named platform package: [where it would stand, its entry]. */
export const missingPlatformPackages = ({ packages }) => {
  const missing = new Map()
  const known = (place) => missing.get(place) ?? packages[place]
  for (const [parent, { optionalDependencies = {}, dev, license }] of Object.entries(packages))
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const platform = platformOf(name)
      if (platform === undefined || !exactVersion.test(version)) continue
      const holder = parent.slice(0, parent.lastIndexOf('node_modules/'))
      const top = `node_modules/${name}`
      const own = `${parent}/${top}`
      if ([top, own, `${holder}${top}`].some((place) => known(place)?.version === version)) continue
      missing.set(known(top) === undefined ? top : own, {
        version,
        cpu: platform.cpu,
        ...(dev === true ? { dev } : {}),
        ...(platform.libc === undefined ? {} : { libc: platform.libc }),
        ...(license === undefined ? {} : { license }),
        optional: true,
        os: platform.os,
      })
    }
  return [...missing]
}

/** The packages of a lock file, each as [name, version, entry], that it does not say the integrity of. */
export const withoutIntegrity = ({ packages }) =>
  Object.entries(packages)
    .filter(
      ([place, { link, integrity }]) => place.includes('node_modules/') && !link && integrity === undefined,
    )
    .map(([place, entry]) => [
      entry.name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length),
      entry.version,
      entry,
    ])

/** Asks the registry, once for each version. Throws where it does not know it. */
const createIntegrityOf = () => {
  const known = new Map()
  return (name, version) => {
    const wanted = `${name}@${version}`
    if (!known.has(wanted)) {
      const asked = [process.env.npm_execpath ?? '', 'view', wanted, 'dist.integrity']
      known.set(wanted, execFileSync(process.execPath, asked, { encoding: 'utf8' }).trim())
    }
    const integrity = known.get(wanted)
    if (!/^sha512-[\w+/]+=*$/.test(integrity)) throw new Error(`${wanted}: the registry says no integrity`)
    return integrity
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = join(dirname(fileURLToPath(import.meta.url)), '..', 'package-lock.json')
  const lock = JSON.parse(readFileSync(file, 'utf8'))
  const missing = missingPlatformPackages(lock)
  for (const [place, entry] of missing) lock.packages[place] = entry
  const integrityOf = createIntegrityOf()
  const unsure = withoutIntegrity(lock)
  for (const [name, version, entry] of unsure) entry.integrity = integrityOf(name, version)
  const entries = Object.entries(lock.packages)
  lock.packages = Object.fromEntries(entries.sort(([one], [other]) => one.localeCompare(other, 'en')))
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(
    `package-lock.json: ${missing.length} platform packages and ${unsure.length} integrities added.`,
  )
}
