import { readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { describe, expect, it } from 'vitest'
import { flipIn, makeLog, runLog, wordOf } from './logs.ts'

describe('mistakes on the command line', () => {
  it.each([
    ['no command', [], /Usage/],
    ['an unknown command', ['frobnicate'], /unknown command/],
    ['an unknown option', ['verify', '--nonsense'], /unknown option/],
    ['a missing argument', ['backup'], /missing required argument 'file'/],
    [
      'a log that is not there',
      ['verify', '--file', '/does/not/exist'],
      /There is no log at \/does\/not\/exist/,
    ],
    ['a log that is a folder', ['stats', '--file', '/'], /is not a file/],
    [
      'an import that is not there',
      ['import', '/does/not/exist', '--file', '/does/not/exist.sqlite'],
      /no file at/,
    ],
  ])('%s', async (_name, args, reason) => {
    const { code, stdout, stderr } = await runLog(args)
    expect(code).toBe(2)
    expect(stderr).toMatch(reason)
    expect(stderr).not.toMatch(/\bat .*:\d+:\d+/)
    expect(stdout).toBe('')
  })

  it.each([
    ['a text', 'Dear diary, nothing much has happened here today.'.repeat(100), /not an SQLite file/],
    ['an empty file', '', /is an SQLite file, but not a log/],
  ])('%s in place of a log', async (_name, content, reason) => {
    const file = `${temporaryFolder()}/x`
    await writeFile(file, content)
    const { code, stderr } = await runLog(['verify', '--file', file])
    expect(code).toBe(2)
    expect(stderr).toMatch(reason)
  })
})

describe('the command', () => {
  it('explains itself', async () => {
    const { code, stdout } = await runLog(['--help'])
    expect(code).toBe(0)
    for (const name of ['verify', 'backup', 'restore', 'export', 'import', 'stats', '--file', '--json'])
      expect(stdout).toContain(name)
  })

  it('finds the log in the data folder, and ends with 0 for a sound one and 1 for a damaged one', async () => {
    const file = await makeLog(200)
    const env = { LOGBOOK_DATA: dirname(file), DATABASE: '' }
    const sound = await runLog(['verify', '--json'], env)
    expect(sound).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(sound.stdout)).toMatchObject({ sound: true, position: 200 })
    await flipIn(file, wordOf(123))
    const damaged = await runLog(['verify', '--json'], env)
    expect(damaged.code).toBe(1)
    expect(JSON.parse(damaged.stdout)).toMatchObject({
      sound: false,
      fault: { position: 123, kind: 'checksum' },
    })
    expect(damaged.stderr).toBe(
      'log: Damaged at position 123: the event is not what was written: it does not match its checksum (checksum)\n',
    )
  })

  it('counts what is in a log', async () => {
    const file = await makeLog(7)
    const { stdout } = await runLog(['stats', '--json', '--file', file])
    expect(JSON.parse(stdout)).toMatchObject({
      events: 7,
      streams: 3,
      types: { Odd: 4, Even: 3 },
      eventBytes: expect.any(Number),
      firstTime: '2026-11-20T22:45:00.000Z',
      lastTime: '2026-11-20T22:45:00.000Z',
      head: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect((await runLog(['stats', '--file', file])).stdout).toMatch(
      /^events +7\n {2}Odd +4\n {2}Even +3\nstreams +3/,
    )
  })

  it('exports to standard output, which a log can be made of again', async () => {
    const file = await makeLog(1_500)
    const { code, stdout, stderr } = await runLog(['export'], { DATABASE: file })
    expect(code).toBe(0)
    expect(stdout.split('\n')).toHaveLength(1_501)
    const head = /head ([0-9a-f]{64})/.exec(stderr)?.[1] ?? ''
    const folder = temporaryFolder()
    await writeFile(`${folder}/export`, stdout)
    const imported = await runLog(['import', `${folder}/export`, '--head', head], {
      LOGBOOK_DATA: folder,
      DATABASE: '',
    })
    expect(imported).toMatchObject({ code: 0, stderr: '' })
    expect(imported.stdout).toContain(`1,500 events, head ${head}`)
  })

  it('backs up and restores', async () => {
    const file = await makeLog(20)
    const folder = temporaryFolder()
    expect(await runLog(['backup', `${folder}/b`, '--file', file])).toMatchObject({ code: 0, stderr: '' })
    const dry = await runLog(['restore', '--dry-run', `${folder}/b`, '--file', file])
    expect(dry).toMatchObject({ code: 0 })
    for (const words of [
      'build their views again',
      'subscriptions',
      'erased people stay erased',
      'Nothing was changed.',
    ])
      expect(dry.stdout).toContain(words)
    const refused = await runLog(['restore', `${folder}/b`, '--file', file])
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/With --force/) })
    const forced = await runLog(['restore', '--force', '--json', `${folder}/b`, '--file', file])
    const { kept } = JSON.parse(forced.stdout)
    expect(await readFile(kept)).toHaveLength((await readFile(file)).length)
  })

  it('names the line of an import that is bad, and ends with 1', async () => {
    const folder = temporaryFolder()
    await writeFile(`${folder}/export`, '{"a":1}\n')
    const { code, stderr } = await runLog(['import', `${folder}/export`, '--file', `${folder}/log`])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^log: line 1: /)
  })
})
