// Drawn for this page: 24 units square, lines of 2 units in the colour of the text.

export const ICONS = {
  // The sign of an exchange in CoMapeo: a bolt in a ring.
  bolt: (
    <>
      <circle cx="12" cy="12" r="9.5" stroke-width="3" />
      <path class="filled" d="M13.5 4.8 7.4 13.2h4l-.9 6 6.1-8.6h-4z" />
    </>
  ),
  check: <path stroke-width="3" d="m4.5 12.5 5 5 10-11" />,
  'check-ring': (
    <>
      <circle cx="12" cy="12" r="9.5" />
      <path stroke-width="2.5" d="m7.5 12.3 3.2 3.2 5.8-6.4" />
    </>
  ),
  cross: <path d="m6 6 12 12M18 6 6 18" />,
  warning: (
    <>
      <path d="M12 3.5 22 20.5H2z" />
      <path d="M12 10v4.5" />
      <circle class="filled" cx="12" cy="17.4" r=".6" />
    </>
  ),
  info: (
    <>
      <circle cx="12" cy="12" r="9.5" />
      <path d="M12 11v6" />
      <circle class="filled" cx="12" cy="7.5" r=".6" />
    </>
  ),
  wifi: (
    <>
      <path d="M2 9.5c5.5-5.3 14.5-5.3 20 0M5.3 13.2c3.7-3.6 9.7-3.6 13.4 0M8.6 16.7c1.9-1.8 4.9-1.8 6.8 0" />
      <circle class="filled" cx="12" cy="20" r="1" />
    </>
  ),
  phone: (
    <>
      <rect x="6.5" y="2" width="11" height="20" rx="2.5" />
      <path d="M10.5 18.7h3" />
    </>
  ),
  computer: (
    <>
      <rect x="3" y="4" width="18" height="12" rx="1.5" />
      <path d="M8 20.5h8M12 16v4.5" />
    </>
  ),
  people: (
    <>
      <circle cx="9" cy="8" r="3.5" />
      <path d="M2.5 20c0-4 2.8-6.5 6.5-6.5s6.5 2.5 6.5 6.5M16 4.9a3.5 3.5 0 0 1 0 6.4M18 14c2.2.9 3.5 3.1 3.5 6" />
    </>
  ),
  clock: (
    <>
      <circle cx="12" cy="12" r="9.5" />
      <path d="M12 6.500V12l3.8 2.5" />
    </>
  ),
  card: (
    <>
      <path d="M6 2.500h8.500L18.5 7v14.500h-12.500z" />
      <path d="M9.5 6v3M13 6v3" />
    </>
  ),
  plug: (
    <>
      <path d="M8.5 2.500v5M15.5 2.500v5M6 7.500h12v3.500a6 6 0 0 1-12 0z" />
      <path d="M12 17v5" />
    </>
  ),
  writing: (
    <>
      <path d="M4 20h16" />
      <path d="m6 16 1-4 9-9 3 3-9 9z" />
    </>
  ),
  'arrow-to-hub': <path stroke-width="2.5" d="M12 20V5M5.5 11 12 4.5 18.5 11" />,
  'arrow-from-hub': <path stroke-width="2.5" d="M12 4v15M5.5 13l6.5 6.500L18.5 13" />,
  leave: (
    <>
      <path d="M10 3.500H4v17h6" />
      <path d="M9.5 12H21M16 7l5 5-5 5" />
    </>
  ),
  lock: (
    <>
      <rect x="4.5" y="10.5" width="15" height="11" rx="2" />
      <path d="M8 10.500V7a4 4 0 0 1 8 0v3.5" />
    </>
  ),
  key: (
    <>
      <circle cx="7.5" cy="15.5" r="4.5" />
      <path d="m11 12 9.5-9.500M17 6l3 3M14 9l2 2" />
    </>
  ),
  language: (
    <>
      <circle cx="12" cy="12" r="9.5" />
      <path d="M2.5 12h19M12 2.500c-5 5-5 14 0 19M12 2.500c5 5 5 14 0 19" />
    </>
  ),
  qr: (
    <>
      <path d="M3.5 3.500h6v6h-6zM14.5 3.500h6v6h-6zM3.5 14.500h6v6h-6z" />
      <path d="M14.5 14.500h2v2h-2zM18.5 18.500h2v2h-2zM14.5 20.500h.5M20.5 14.500v.5" />
    </>
  ),
  board: (
    <>
      <rect x="3" y="3.5" width="18" height="13" rx="1.5" />
      <path d="M7 8h10M7 12h6M8.5 21l1.5-4.500M15.5 21 14 16.5" />
    </>
  ),
  office: (
    <>
      <path d="M3 21V10l9-6.5 9 6.500v11z" />
      <path d="M9.5 21v-6.500h5V21" />
    </>
  ),
  projects: (
    <>
      <path d="M2.5 6.500v13h19V8.500h-10l-2-3h-7z" />
    </>
  ),
  map: (
    <>
      <path d="m2.5 6 6.5-2.5 6 2.5 6.5-2.500v14.500L15 20.5 9 18l-6.5 2.500z" />
      <path d="M9 3.500V18M15 6v14.5" />
    </>
  ),
  pin: (
    <>
      <path d="M12 22c5-6 7.5-9.5 7.5-13a7.5 7.5 0 0 0-15 0c0 3.5 2.5 7 7.5 13z" />
      <circle cx="12" cy="9" r="2.5" />
    </>
  ),
  list: (
    <>
      <path d="M8.5 5.500H21M8.5 12H21M8.5 18.500H21" />
      <path d="M3.5 5.500h1M3.5 12h1M3.5 18.500h1" />
    </>
  ),
  grid: <path d="M3.5 3.500h7v7h-7zM13.5 3.500h7v7h-7zM3.5 13.500h7v7h-7zM13.5 13.500h7v7h-7z" />,
  photo: (
    <>
      <rect x="2.5" y="5" width="19" height="15" rx="2" />
      <circle cx="12" cy="12.5" r="4" />
      <path d="M8 5l1.5-2.500h5L16 5" />
    </>
  ),
  document: (
    <>
      <path d="M5 2.500h9.500L19 7v14.500H5z" />
      <path d="M8.5 11h7M8.5 15h7" />
    </>
  ),
  sound: (
    <>
      <path d="M4 9.500v5h3.500l5 4.500V5l-5 4.500z" />
      <path d="M16 9c1.5 1.7 1.5 4.3 0 6M18.5 6.500c3 3 3 8 0 11" />
    </>
  ),
  download: (
    <>
      <path d="M12 3v12M6.5 10l5.5 5.5 5.5-5.5" />
      <path d="M3.5 20.500h17" />
    </>
  ),
  upload: (
    <>
      <path d="M12 16V4M6.5 9.5 12 4l5.5 5.5" />
      <path d="M3.5 20.500h17" />
    </>
  ),
  usb: (
    <>
      <path d="M7.5 8.500h9V16a4.5 4.5 0 0 1-9 0z" />
      <path d="M9 8.500v-6h6v6M11 5.500h.5M13 5.500h.5" />
    </>
  ),
  settings: (
    <>
      <path d="M3 7h9M18 7h3M3 17h3M12 17h9" />
      <circle cx="15" cy="7" r="2.8" />
      <circle cx="9" cy="17" r="2.8" />
    </>
  ),
  history: (
    <>
      <path d="M3.5 12a8.5 8.5 0 1 0 2.8-6.300M3.5 3.500v4.500h4.5" />
      <path d="M12 7.500V12l3 2" />
    </>
  ),
  shelf: (
    <>
      <path d="M3 20.500h18M5 20.500V5h4v15.500M9 20.500V8h4v12.500M14 8.500l3.5-1 3 12" />
    </>
  ),
  guide: (
    <>
      <path d="M12 5.500C9 3.5 6 3.5 3 4.500v15c3-1 6-1 9 1 3-2 6-2 9-1v-15c-3-1-6-1-9 1z" />
      <path d="M12 5.500v15" />
    </>
  ),
  invite: (
    <>
      <rect x="2.5" y="5" width="19" height="14" rx="2" />
      <path d="m3 6.5 9 7 9-7" />
    </>
  ),
  log: (
    <>
      <rect x="2.5" y="4" width="19" height="16" rx="2" />
      <path d="m6.5 9 3 3-3 3M12 15.500h5" />
    </>
  ),
  trash: (
    <>
      <path d="M3.5 6.500h17M9 6.500V3.500h6v3M6 6.500l1 15h10l1-15" />
      <path d="M10 10.500v7M14 10.500v7" />
    </>
  ),
  search: (
    <>
      <circle cx="10.5" cy="10.5" r="7" />
      <path d="m16 16 5.5 5.5" />
    </>
  ),
  filter: <path d="M3 4.500h18l-7 8v7l-4 2v-9z" />,
  print: (
    <>
      <path d="M6.5 8V2.500h11V8M6.5 17h-4V8h19v9h-4" />
      <path d="M6.5 14h11v7.500h-11z" />
    </>
  ),
  power: (
    <>
      <path d="M12 2.500v9" />
      <path d="M7 5.500a8.5 8.5 0 1 0 10 0" />
    </>
  ),
  restart: <path d="M20.5 12a8.5 8.5 0 1 1-2.8-6.300M20.5 3.500v4.500H16" />,
  // CoMapeo's signs for the two ways to exchange: a star for everything, a leaf for previews only.
  star: (
    <path class="filled" d="m12 2.5 2.9 6.2 6.6.8-4.9 4.6 1.3 6.7-5.9-3.3-5.9 3.3 1.3-6.7-4.9-4.6 6.6-.8z" />
  ),
  leaf: (
    <>
      <path d="M4 20C3 9 9 3.5 20.5 3.5 21 15 15 20.5 6.5 18" />
      <path d="M4 21c2-6 6-9.5 10.5-11.5" />
    </>
  ),
  start: <path class="filled" d="M7 4.500v15l12.5-7.500z" />,
  stop: <rect class="filled" x="5.5" y="5.5" width="13" height="13" rx="1" />,
  back: <path class="turns" d="M20 12H4.500M11 5l-7 7 7 7" />,
  next: <path class="turns" d="m9 5 7 7-7 7" />,
  question: (
    <>
      <circle cx="12" cy="12" r="9.5" />
      <path d="M9 9.500a3 3 0 1 1 4.2 2.700c-.8.4-1.2 1-1.2 1.8" />
      <circle class="filled" cx="12" cy="17" r=".6" />
    </>
  )
} as const

export type IconName = keyof typeof ICONS
