import { type Entry, means, meansBeginning, phraseOf } from './meaning.ts'

/** Versions of the licenses that the Hub lists (its documentation, "Licenses"), with the version at which people leave it out. */
const VERSIONED = ['apache-2.0', 'gpl-2.0', 'gpl-3.0', 'lgpl-2.1', 'lgpl-3.0', 'agpl-3.0', 'mpl-2.0', 'epl-1.0', 'epl-2.0']
/** Conditions of Creative Commons licenses, which have versions 1.0 to 4.0. */
const CREATIVE_COMMONS = ['by', 'by-sa', 'by-nd', 'by-nc', 'by-nc-sa', 'by-nc-nd']
/** Full names of the SPDX license list, as far as no word of theirs is in the Hub's name. */
const FULL_NAMES: Readonly<Record<string, readonly string[]>> = {
  'Creative Commons': ['cc', 'cc0-1.0'],
  'Public Domain': ['cc0-1.0', 'pddl', 'unlicense'],
  'Creative Commons Zero': ['cc0-1.0'],
  CC0: ['cc0-1.0'],
  'Mozilla Public License': ['mpl-2.0'],
  'Eclipse Public License': ['epl-1.0', 'epl-2.0'],
  'European Union Public License': ['eupl-1.1', 'eupl-1.2'],
  'Academic Free License': ['afl-3.0'],
  'Open Software License': ['osl-3.0'],
  'Open Database License': ['odbl'],
  'GNU General Public License': ['gpl', 'gpl-2.0', 'gpl-3.0'],
  'GNU Lesser General Public License': ['lgpl', 'lgpl-2.1', 'lgpl-3.0'],
  'GNU Affero General Public License': ['agpl-3.0'],
  'GNU Free Documentation License': ['gfdl'],
  'Do What The Fuck You Want To Public License': ['wtfpl'],
}

/** Licenses by short spellings (`apache2`, `gplv3`, `gpl 3`, `ccby`) and by full names. */
export function* licenseEntries(): Generator<Entry> {
  for (const license of VERSIONED) {
    const [name = '', version = ''] = license.split('-')
    const short = version.replace('.0', '')
    for (const phrase of [
      `${name}${short}`,
      `${name}v${short}`,
      `${name} ${short}`,
      `${name} v${short}`,
      `${name}${version}`,
    ]) {
      yield { phrase: phraseOf(phrase), meanings: [means('license', license)] }
    }
  }
  for (const conditions of CREATIVE_COMMONS) {
    const meanings = [
      meansBeginning('license', `cc-${conditions}-1`, `cc-${conditions}-2`, `cc-${conditions}-3`, `cc-${conditions}-4`),
    ]
    for (const phrase of [`cc-${conditions}`, `cc${conditions.replaceAll('-', '')}`])
      yield { phrase: phraseOf(phrase), meanings }
  }
  for (const [phrase, licenses] of Object.entries(FULL_NAMES))
    yield { phrase: phraseOf(phrase), meanings: [means('license', ...licenses)] }
  yield { phrase: phraseOf('Creative Commons'), meanings: [meansBeginning('license', 'cc-')] }
}
