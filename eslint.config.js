import tseslint from 'typescript-eslint'

// The folders are the architecture: what each may import is a lint rule, so that a wrong import is a message and not a
// review. Everything may import the contracts beside main.ts (resource, clock, errors, ids) and wire/.
const MAY_IMPORT = {
  wire: [],
  identity: ['wire', 'storage'],
  storage: [],
  peers: ['wire', 'identity'],
  discovery: [],
  network: [],
  projects: ['wire', 'identity', 'storage', 'peers'],
  sync: ['wire', 'identity', 'storage', 'peers', 'projects', 'system'],
  mirror: ['wire', 'storage'],
  exports: ['wire', 'storage', 'mirror'],
  sealing: ['identity', 'storage', 'projects', 'sync', 'mirror'],
  leaving: ['projects', 'sync', 'sealing'],
  // The API asks the hub through web/services.ts. Only web/views/ knows the parts behind it: see below. What the settings of
  // the network may be is said in network/ alone.
  web: ['storage', 'network'],
  shelf: ['storage'],
  maps: ['shelf', 'storage'],
  backup: ['identity', 'storage', 'projects', 'system'],
  system: ['storage', 'network']
}
const FOLDERS = Object.keys(MAY_IMPORT)

const ENTRY_POINTS = {
  group: ['**/hub.ts', '**/assembly/**', '**/main.ts'],
  message: 'Only the entry points import the composition root.'
}

const boundaries = FOLDERS.map((folder) => {
  const barred = FOLDERS.filter((other) => other !== folder && !MAY_IMPORT[folder].includes(other))
  return {
    files: [`service/${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: barred.map((other) => `**/${other}/**`),
              message: `${folder}/ does not know this part: see docs/architecture.md.`
            },
            ENTRY_POINTS
          ]
        }
      ]
    }
  }
})

// What the parts of the hub look like to the API.
const views = {
  files: ['service/web/views/**/*.ts'],
  rules: { 'no-restricted-imports': ['error', { patterns: [ENTRY_POINTS] }] }
}

// The page knows the API by its types alone.
const page = {
  files: ['ui/**/*.{ts,tsx}'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: 'service/',
            allowTypeImports: true,
            message: 'The page takes types from the API, not code.'
          },
          { regex: 'service/(?!web/[a-z-]+-schemas?[.]ts$)', message: 'The page knows the API alone.' }
        ]
      }
    ]
  }
}

export default tseslint.config(
  { ignores: ['dist/', '.tap/', '**/node_modules/', 'service/wire/generated/', 'image/work/', 'image/out/'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true }
      ],
      '@typescript-eslint/require-await': 'off',
      'no-console': 'error',
      eqeqeq: ['error', 'smart']
    }
  },
  {
    files: ['service/**/*.ts'],
    ignores: ['service/main.ts', 'service/cli/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'setTimeout', message: 'Take a Clock.' },
        { name: 'setInterval', message: 'Take a Clock.' }
      ],
      'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: 'Take a Clock.' }]
    }
  },
  {
    files: ['service/clock.ts'],
    rules: { 'no-restricted-globals': 'off', 'no-restricted-properties': 'off' }
  },
  // tap's assertion methods are safe to call without awaiting: the test waits for its subtests by itself.
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-floating-promises': 'off' } },
  ...boundaries,
  views,
  page
)
