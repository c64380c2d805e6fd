/**
 * What somebody with write access may push to an event, each with the finding that has to name it. The state that they
 * start from: root and targets have version 2 on main, and the event `third` changes targets, signed by Alice alone.
 */
import { randomBytes } from 'node:crypto';
import type { FindingCode } from '../../src/repository/findings.ts';
import type { PushedFile, Team } from '../support/people.ts';

/** Main before root and targets got their second versions: the first parent of the last merge. */
const FIRST_MAIN = 'main~1';

export const ROOT = 'metadata/root.json';
export const TARGETS = 'metadata/targets.json';

export interface File {
  signatures: { keyid: string; sig: string }[];
  // biome-ignore lint/suspicious/noExplicitAny: an attacker's view of JSON
  signed: any;
}

/** A metadata file of the remote with a change to it, in the form in which such files are stored. */
async function altered(
  team: Team,
  revision: string,
  path: string,
  change: (file: File) => void,
): Promise<string> {
  const file: File = JSON.parse(await team.read(revision, path));
  change(file);
  return JSON.stringify(file, null, 1);
}

/** The bytes that Bob's entry in targets.json of the honest event is given. */
export function bobSigns(sig: (file: File, team: Team) => string | Promise<string>) {
  return async (team: Team) => {
    const file: File = JSON.parse(await team.read('sign/third', TARGETS));
    const entry = file.signatures.find((signature) => signature.sig === '');
    if (!entry) throw new Error('nobody has still to sign');
    entry.sig = await sig(file, team);
    return { [TARGETS]: JSON.stringify(file, null, 1) };
  };
}

export interface Attack {
  readonly name: string;
  /** An event of the attacker's own, unless the honest one is named. */
  readonly event?: string;
  readonly files: (
    team: Team,
  ) => Readonly<Record<string, PushedFile>> | Promise<Readonly<Record<string, PushedFile>>>;
  readonly code: FindingCode;
  readonly path: string;
}

export const FORGERIES: readonly Attack[] = [
  {
    name: 'the signature of another signer',
    event: 'third',
    files: bobSigns(({ signatures }) => signatures.find(({ sig }) => sig !== '')?.sig ?? ''),
    code: 'signature-invalid',
    path: TARGETS,
  },
  {
    name: 'random bytes as a signature',
    event: 'third',
    files: bobSigns(() => randomBytes(64).toString('hex')),
    code: 'signature-invalid',
    path: TARGETS,
  },
  {
    name: 'a genuine signature over other bytes',
    event: 'third',
    files: bobSigns(async ({ signatures }, team) => {
      const bob = signatures.find(({ sig }) => sig === '')?.keyid;
      const before: File = JSON.parse(await team.read('main', TARGETS));
      return before.signatures.find(({ keyid }) => keyid === bob)?.sig ?? '';
    }),
    code: 'signature-invalid',
    path: TARGETS,
  },
  {
    name: 'one signature twice',
    event: 'third',
    files: async (team) => ({
      [TARGETS]: await altered(team, 'sign/third', TARGETS, ({ signatures }) => {
        signatures.push(...signatures.filter(({ sig }) => sig !== ''));
      }),
    }),
    code: 'keyid-duplicate',
    path: TARGETS,
  },
  {
    name: 'a change of what was signed, under the old version and signatures',
    files: async (team) => ({
      [TARGETS]: await altered(team, 'main', TARGETS, ({ signed }) => {
        signed.targets['app.txt'].length = 1;
      }),
    }),
    code: 'version-unchanged',
    path: TARGETS,
  },
];

export const DOWNGRADES: readonly Attack[] = [
  {
    name: 'an older targets, validly signed',
    files: async (team) => ({ [TARGETS]: await team.read(FIRST_MAIN, TARGETS), 'targets/app.txt': 'first' }),
    code: 'version-rollback',
    path: TARGETS,
  },
  {
    name: 'an older root, validly signed',
    files: async (team) => ({
      [ROOT]: await team.read(FIRST_MAIN, ROOT),
      'metadata/root_history/2.root.json': null,
    }),
    code: 'version-rollback',
    path: ROOT,
  },
  {
    name: 'a root version skipped',
    files: async (team) => {
      const root = await altered(team, 'main', ROOT, ({ signed }) => {
        signed.version = 4;
      });
      return { [ROOT]: root, 'metadata/root_history/4.root.json': root };
    },
    code: 'root-history',
    path: 'metadata/root_history/3.root.json',
  },
  {
    name: 'another first root in the history',
    files: async (team) => ({
      'metadata/root_history/1.root.json': await altered(team, FIRST_MAIN, ROOT, ({ signed }) => {
        signed.roles.root.threshold = 1;
      }),
    }),
    code: 'root-history',
    path: 'metadata/root_history/1.root.json',
  },
  { name: 'root taken away', files: () => ({ [ROOT]: null }), code: 'role-missing', path: ROOT },
];

export const FILES: readonly Attack[] = [
  {
    name: 'a key twice in a JSON object',
    files: async (team) => ({
      [TARGETS]: (await team.read('main', TARGETS)).replace('"signed": {', '"signed": {\n  "version": 99,'),
    }),
    code: 'invalid-json',
    path: TARGETS,
  },
  {
    name: 'JSON nested a hundred thousand levels deep',
    files: () => ({ [TARGETS]: '{"signed":'.repeat(100_000) + '1'.padEnd(100_001, '}') }),
    code: 'invalid-json',
    path: TARGETS,
  },
  {
    name: 'a file larger than clients read',
    files: async (team) => ({ [ROOT]: `${await team.read('main', ROOT)}${' '.repeat(512_000)}` }),
    code: 'file-too-large',
    path: ROOT,
  },
  {
    name: 'metadata of another type',
    files: async (team) => ({ [TARGETS]: await team.read('main', ROOT) }),
    code: 'invalid-metadata',
    path: TARGETS,
  },
  {
    name: 'a link in the place of metadata',
    files: () => ({ [TARGETS]: { link: 'root_history/1.root.json' } }),
    code: 'not-a-regular-file',
    path: TARGETS,
  },
  {
    name: 'a link in the place of an artifact',
    files: () => ({ 'targets/app.txt': { link: '/etc/passwd' } }),
    code: 'not-a-regular-file',
    path: 'targets/app.txt',
  },
  {
    name: 'a link in the place of the folder of artifacts',
    files: () => ({ targets: { link: '/etc' } }),
    code: 'not-a-regular-file',
    path: 'targets',
  },
  {
    name: 'an artifact with a space in its name',
    files: () => ({ 'targets/my app.txt': 'x' }),
    code: 'file-name',
    path: 'targets/my app.txt',
  },
  {
    name: 'an artifact with a line break in its name',
    files: () => ({ 'targets/a\nb': 'x' }),
    code: 'file-name',
    path: 'targets/a\nb',
  },
  {
    name: 'an artifact that turns the text around',
    files: () => ({ 'targets/\u202etxt.exe': 'x' }),
    code: 'file-name',
    path: 'targets/\u202etxt.exe',
  },
  {
    name: 'an artifact that differs from another by case only',
    files: () => ({ 'targets/TOOL.txt': 'x' }),
    code: 'name-collision',
    path: 'targets/tool.txt',
  },
  {
    name: 'a role named __proto__',
    files: async (team) => ({ 'metadata/__proto__.json': await team.read('main', TARGETS) }),
    code: 'file-name',
    path: 'metadata/__proto__.json',
  },
  {
    name: 'a role to which nothing delegates',
    files: async (team) => ({ 'metadata/constructor.json': await team.read('main', TARGETS) }),
    code: 'role-not-delegated',
    path: 'metadata/constructor.json',
  },
  {
    name: 'a file that is no role',
    files: () => ({ 'metadata/root_history/02.root.json': '{}' }),
    code: 'stray-file',
    path: 'metadata/root_history/02.root.json',
  },
  {
    name: 'invitations in another form',
    files: () => ({ 'metadata/.signing-event-state': '{"invites": {"mallory": ["root"]}}' }),
    code: 'invitation-file',
    path: 'metadata/.signing-event-state',
  },
  {
    name: 'an artifact exchanged',
    files: () => ({ 'targets/app.txt': 'malware' }),
    code: 'artifact-mismatch',
    path: 'targets/app.txt',
  },
  {
    name: 'an artifact that no role lists',
    files: () => ({ 'targets/extra.txt': 'x' }),
    code: 'artifact-unlisted',
    path: 'targets/extra.txt',
  },
  {
    name: 'an artifact taken away',
    files: () => ({ 'targets/app.txt': null }),
    code: 'artifact-missing',
    path: 'targets/app.txt',
  },
];
