import { exampleOf } from './recorded.ts'
import { exampleUserId } from './users.ts'

export const settingsChanged = exampleOf('BlogSettingsChanged', {
  settings: {
    title: 'Marsh Letters',
    description: 'What the birds say',
    language: 'en-GB',
    timeZone: 'Europe/London',
    commentsFrom: 'members',
    editMinutes: 30,
    countViews: false,
    mentions: false,
    hub: 'https://hub.example/',
    navigation: [
      { label: 'About', address: '/posts/about' },
      { label: 'Source', address: 'https://logbook.example/source' },
    ],
    accent: '#2f6f4f',
    icon: '/icon.png',
  },
  changedAt: '2026-03-01T09:00:00.000Z',
  by: { id: exampleUserId, name: 'An owner' },
})

/** One of each type, as they come without overrides. */
export const settingsExamples = () => [settingsChanged(), settingsChanged({ by: null })]
