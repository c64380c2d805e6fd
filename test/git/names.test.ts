import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkedOid,
  checkedPath,
  checkedRef,
  checkedRefspec,
  checkedRemote,
  checkedRevision,
  isSafePath,
  isValidBranchName,
} from '../../src/git/names.ts';
import '../support/git.ts';

function gitTakesForBranch(name: string): boolean {
  try {
    execFileSync('git', ['check-ref-format', '--branch', name], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('branch names', () => {
  const awkward = [
    'main',
    'sign/2026-11',
    'sign/é中',
    '-x',
    '--upload-pack=x',
    'HEAD',
    'heads/HEAD',
    '',
    '/',
    'a/',
    '/a',
    'a//b',
    'a..b',
    '.a',
    'a/.b',
    'a.lock',
    'a.lock/b',
    'a.',
    'a./b',
    'a@{b',
    'a b',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[',
    'a\\b',
    'a\tb',
    'a\nb',
    'a\u007f',
    'refs/heads/x',
    '__proto__',
  ];

  it('are those that git takes', () => {
    for (const name of awkward)
      expect([name, isValidBranchName(name)]).toEqual([name, gitTakesForBranch(name)]);
  });

  it('are those that git takes, whatever is tried', () => {
    const character = fc.constantFrom(...'ab./-@{}~^:?*[\\ \n\u007fé', '.lock', 'HEAD');
    const name = fc.array(character, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
    // @{-1} and its like name another branch; git answers with that one.
    const property = fc.property(name, (text) => isValidBranchName(text) === gitTakesForBranch(text));
    fc.assert(property, { numRuns: 300 });
  });

  it('are never half a character', () => {
    expect(isValidBranchName('a\ud800')).toBe(false);
  });
});

describe('names that must not reach git', () => {
  const refused = (check: (name: string) => string, names: readonly string[]) => {
    for (const name of names) expect(() => check(name), name).toThrow(/cannot be used as/);
  };

  it('are refused as revisions', () => {
    refused(checkedRevision, ['', '-x', '--upload-pack=touch pwned', '--output=/etc/passwd', 'a\nb', 'a\0b']);
    expect(checkedRevision('refs/heads/main^{commit}')).toBe('refs/heads/main^{commit}');
  });

  it('are refused as remotes', () => {
    refused(checkedRemote, [
      '',
      '-x',
      '--upload-pack=touch pwned',
      'ext::sh -c id',
      'fd::3',
      'hg::https://x/y',
      'a\nb',
    ]);
    for (const remote of [
      'origin',
      'https://example.com/o/r.git',
      'git@example.com:o/r.git',
      '/srv/r.git',
      '[::1]:r',
    ]) {
      expect(checkedRemote(remote)).toBe(remote);
    }
  });

  it('are refused as refspecs', () => {
    refused(checkedRefspec, [
      '',
      '-x',
      '--depth=1',
      'a:b:c',
      'a:',
      ':refs/heads/x',
      '^refs/heads/x',
      'refs/heads/a b',
    ]);
    for (const refspec of [
      'refs/heads/main',
      '+refs/pull/7/head:refs/x/7',
      'refs/heads/*:refs/x/*',
      'a'.repeat(40),
    ]) {
      expect(checkedRefspec(refspec)).toBe(refspec);
    }
  });

  it('are refused as refs and object ids', () => {
    refused(checkedRef, ['main', 'HEAD', '--stdin', 'refs/../x', 'refs/heads/x.lock']);
    refused(checkedOid, ['', 'abc', '-x', 'A'.repeat(40), `${'a'.repeat(40)}\n`, 'a'.repeat(41)]);
  });

  it('are refused as paths', () => {
    const leaving = [
      '',
      '/etc/passwd',
      '../x',
      'a/../../x',
      './x',
      'a//b',
      'a/',
      'a\\..\\x',
      'a\0b',
      'a\ud800',
    ];
    const git = [
      '.git/config',
      '.GIT/config',
      'a/.git',
      '.git',
      'GIT~1/x',
      '.git ',
      '.git./x',
      '.g\u200cit/config',
    ];
    refused(checkedPath, [...leaving, ...git, '.git::$INDEX_ALLOCATION/x']);
    for (const path of ['targets/a.txt', '-x', '.gitattributes', '.github/x', 'a b', 'é', 'x.git']) {
      expect(isSafePath(path), path).toBe(true);
    }
  });
});
