/**
 * What the validator can find: a closed list of codes, each with what it means, why it matters and how to mend it.
 * `docs/findings.md` is written from this list.
 */

export type Severity = 'error' | 'warning';

interface FindingKind {
  readonly severity: Severity;
  /**
   * How much a flaw weighs that is already published and that nobody touched: clients live with it, so it must not
   * block the renewal of everything else — unless they would refuse the whole repository.
   */
  readonly whenUnchanged: Severity;
  readonly means: string;
  readonly why: string;
  readonly mend: string;
}

function always(means: string, why: string, mend: string): FindingKind {
  return { severity: 'error', whenUnchanged: 'error', means, why, mend };
}

function whenChanged(means: string, why: string, mend: string): FindingKind {
  return { severity: 'error', whenUnchanged: 'warning', means, why, mend };
}

function advice(means: string, why: string, mend: string): FindingKind {
  return { severity: 'warning', whenUnchanged: 'warning', means, why, mend };
}

export const FINDING_KINDS = {
  // Files
  'not-a-regular-file': always(
    'A symlink or submodule stands under metadata/ or targets/.',
    'What such an entry means depends on where it is checked out; the published site could serve something that nobody signed.',
    'Replace it by a plain file.',
  ),
  'executable-file': advice(
    'A file under metadata/ or targets/ is marked as executable.',
    'Nothing here is ever run, and the published site does not keep the mark.',
    'Take the mark away: `git update-index --chmod=-x <file>`.',
  ),
  'stray-file': whenChanged(
    'A file under metadata/ belongs to no role of the repository.',
    'Clients never read it, and a reviewer may take it for something that counts.',
    'Remove the file, or add the delegation that it was made for.',
  ),
  'file-name': whenChanged(
    'The name of a role, an artifact or another file is one that clients or systems treat differently.',
    'Some clients would not find the file, or would find another one.',
    'Rename it: letters, digits, dots, underscores and hyphens are always safe.',
  ),
  'name-collision': whenChanged(
    'Two names differ only by case.',
    'On Windows and macOS one file would replace the other.',
    'Rename one of them.',
  ),
  'file-too-large': always(
    'A metadata file is larger than clients accept.',
    'Clients stop reading at their limit and refuse the repository.',
    'Divide the role: delegate some of its artifacts to other roles.',
  ),
  'invalid-json': always(
    'A metadata file is not the strict JSON that TUF needs: malformed, not UTF-8, duplicate keys, fractions, nested too deeply.',
    'Parsers disagree on such text, so two clients could read two different things from one signed file.',
    'Restore the file from the last good commit and make the change again with the command line tool.',
  ),
  'invalid-metadata': always(
    'A metadata file does not have the fields or types that the specification gives its role.',
    'Clients refuse the file.',
    'Restore the file from the last good commit and make the change again with the command line tool.',
  ),
  'spec-version': whenChanged(
    'The spec_version of a role is not 1.x or 1.0.x.',
    'Clients refuse metadata of another major version.',
    'Set spec_version to "1.0.0", or to what it was before.',
  ),
  'invitation-file': always(
    'The file of open invitations is malformed or names a role that does not exist.',
    'It decides who may add a key to which role.',
    'Restore the file, or make the invitation again with `playground delegate`.',
  ),
  'outside-event': always(
    'The signing event changes something else than metadata/ and targets/.',
    'A signing event is reviewed as a change of the repository; code and workflows are reviewed elsewhere.',
    'Move that change to a pull request of its own.',
  ),
  'online-role-in-event': always(
    'The signing event changes snapshot.json or timestamp.json.',
    'These roles are signed by a machine after the merge, on the branch `online`; in an event they would be unchecked input.',
    'Take the two files out of the event.',
  ),
  'event-behind': always(
    '`main` has new metadata or artifacts since the signing event began.',
    'What was checked here is not what a merge would make.',
    'Merge main into the event branch, or start the event again, and sign what changed.',
  ),

  // Roles
  'role-missing': whenChanged(
    'A role is delegated, or one of the four top-level roles, but has no metadata file.',
    'Clients that look for an artifact of the role stop with an error.',
    'Create the role’s metadata with `playground delegate`, or remove the delegation.',
  ),
  'role-not-delegated': whenChanged(
    'A metadata file is there for a role to which nothing delegates.',
    'No keys are given for it, so nobody can tell whether it is genuine.',
    'Remove the file, or restore the delegation under its old name.',
  ),
  'version-rollback': always(
    'The version of a role is lower than the known good one.',
    'Clients treat this as a rollback attack and refuse the repository.',
    'Make the change again on top of the newest version.',
  ),
  'version-unchanged': always(
    'The content of a role changed but its version did not.',
    'Clients that have this version already would never see the change.',
    'Make the change with the command line tool, which sets the next version.',
  ),
  'version-too-high': whenChanged(
    'The version of a role is higher than clients can store, or jumps ahead.',
    'Versions can only grow: a huge one leaves no room and is the mark of a fast-forward attack.',
    'Use the version that follows the known good one.',
  ),
  'expiry-format': whenChanged(
    'The expiry time is not of the form YYYY-MM-DDTHH:MM:SSZ.',
    'Clients disagree on other forms or refuse them.',
    'Write the time in UTC without fractions.',
  ),
  expired: whenChanged(
    'The role has expired. (Always an error for a top-level role.)',
    'Clients refuse expired metadata; for a top-level role that means the whole repository.',
    'Sign a new version of the role in a signing event.',
  ),
  'expiry-beyond-period': whenChanged(
    'The role expires later than its own expiry period allows.',
    'A long life gives an attacker who holds back updates more time than the signers agreed to.',
    'Set the expiry to at most the expiry period from now, or change the period.',
  ),
  'expiry-earlier': advice(
    'The role expires earlier than the version that it replaces.',
    'It is rarely meant, and clients may need an update sooner than planned.',
    'Nothing, if it is meant; otherwise set the expiry anew.',
  ),
  'period-invalid': whenChanged(
    'The signing period is not shorter than the expiry period, or a period is no number of days.',
    'The role would always count as due for signing, or never.',
    'Choose a signing period shorter than the expiry period.',
  ),

  // Keys and thresholds
  'keyid-mismatch': whenChanged(
    'A keyid is not the hash of its key.',
    'Some clients compute the keyid and refuse the file; two keys could share a keyid.',
    'Add the key again with the command line tool.',
  ),
  'key-undefined': always(
    'A role names a keyid for which no key is given.',
    'Some clients refuse the file, and the key can never sign.',
    'Add the key, or remove the keyid from the role.',
  ),
  'key-unsupported': whenChanged(
    'A key has a type or scheme that stock clients cannot verify.',
    'Several clients refuse a whole file that holds one such key.',
    'Use an Ed25519, ECDSA P-256, RSA (2048 bits or more) or ML-DSA key.',
  ),
  'key-few-clients': advice(
    'A role has a key that some stock clients do not know.',
    'Those clients refuse the file that names the key, or do not count its signatures: whoever uses one of them may not be able to follow the repository.',
    'Nothing, if that is meant. Else let the signer bring an Ed25519, ECDSA P-256 or RSA key.',
  ),
  'key-weak': always(
    'A key is too weak to protect anything, or malformed.',
    'Signatures under it can be forged.',
    'Replace the key.',
  ),
  'key-shared': whenChanged(
    'One public key stands under several keyids of a role.',
    'It would look like several signers; it is counted once.',
    'Let each signer use a key of their own.',
  ),
  'key-unused': advice(
    'A key is defined but no role uses it.',
    'It protects nothing and confuses reviewers.',
    'Remove the key at the next change.',
  ),
  'keyid-duplicate': whenChanged(
    'A role lists a keyid twice, or a file holds two signatures of one keyid.',
    'Clients refuse the file.',
    'Remove the duplicate.',
  ),
  'threshold-invalid': always(
    'The threshold of a role is below 1 or above the number of its keys.',
    'Below 1 nothing is protected; above the number of keys nobody can ever sign.',
    'Choose a threshold from 1 to the number of keys.',
  ),
  'threshold-is-all': advice(
    'The threshold of a role equals the number of its keys.',
    'One lost key is enough to lock the role.',
    'Invite one signer more than the threshold needs.',
  ),
  'keys-online-and-offline': whenChanged(
    'An online key is used by root, or a signer’s key by snapshot or timestamp.',
    'Whoever controls the automation could then change who the signers are, or the automation would wait for a person.',
    'Use separate keys.',
  ),
  'online-keys-suffice': advice(
    'The threshold of a targets role can be met by online keys alone.',
    'Whoever controls the workflows, or steals the key, decides what clients get from the role.',
    'Where that is not meant, add the key of a person and raise the threshold.',
  ),
  'tuf-on-ci-tool': advice(
    'Roles have keys in a way that tuf-on-ci’s own signing tool does not know: snapshot and timestamp with different keys, or online keys in targets or beside those of people.',
    'Signers who use that tool can no longer sign here.',
    'Let all signers use `playground sign` or the signing page; or leave the keys as tuf-on-ci has them.',
  ),

  // Signatures
  'threshold-not-met': whenChanged(
    'Too few valid signatures. (Always an error for a top-level role.)',
    'Clients refuse the role; for a top-level role that means the whole repository.',
    'Let the missing signers sign: `playground sign <event>`.',
  ),
  'signature-invalid': whenChanged(
    'A signature does not verify.',
    'The signed part was changed after signing, or the signature was made by another key.',
    'Sign again: `playground sign <event>`.',
  ),
  'signature-unknown': advice(
    'A file holds a signature of a key that the role does not have.',
    'It counts for nothing.',
    'Nothing needs to be done; the next version goes without it.',
  ),

  // Root
  'root-chain': always(
    'A root version is not signed by the threshold of the version before it, or does not follow it.',
    'Clients that have the older root can never reach the new one.',
    'Make the change again with the command line tool, and let enough old and new signers sign.',
  ),
  'root-history': always(
    'metadata/root_history is incomplete, or differs from what was known good or from root.json.',
    'Clients walk through every root version in turn.',
    'Restore the files from the last good commit.',
  ),
  'root-versions': advice(
    'There are more root versions than a client follows in one update.',
    'A client that still has the first root needs several updates to reach the newest, and fails until then.',
    'Give new users a newer root to start from, and renew root less often.',
  ),
  'consistent-snapshot': always(
    'consistent_snapshot is not true.',
    'The site is published with versioned file names, which clients only ask for if root says so.',
    'Set consistent_snapshot to true in root.',
  ),

  // Artifacts
  'artifact-missing': always(
    'A role lists an artifact that is not under targets/.',
    'Clients would be promised a file that they cannot download.',
    'Restore the file, or run `playground update-targets <event>`.',
  ),
  'artifact-unlisted': whenChanged(
    'A file under targets/ is listed in no role.',
    'Clients cannot find it.',
    'Run `playground update-targets <event>`, or remove the file.',
  ),
  'artifact-mismatch': always(
    'An artifact has not the length or hash that its role states.',
    'Clients would refuse the download.',
    'Restore the file, or run `playground update-targets <event>` and sign the change.',
  ),
  'artifact-not-checked': advice(
    'An artifact was not held against what its role states, since its content is not at hand.',
    'A browser fetches no large files. The signing action reads every artifact, and no event with a wrong one becomes ready.',
    'To check it yourself before you sign, use `playground sign` in a clone.',
  ),
  'artifact-hash-unsupported': whenChanged(
    'An artifact is listed without a sha256 or sha512 hash.',
    'Stock clients know no other algorithm.',
    'Run `playground update-targets <event>`.',
  ),
  'artifact-unreachable': whenChanged(
    'A role lists an artifact that clients look for in another role, or nowhere.',
    'The search of a client follows the delegations by path and never gets to this entry.',
    'Move the file below a path that is delegated to the role, or change the delegation.',
  ),

  // Delegations
  'delegation-paths': whenChanged(
    'A delegation has a path pattern that clients read differently.',
    'Clients would disagree on which role speaks for an artifact.',
    'Use literal characters, * and ? only.',
  ),
  'delegation-duplicate': whenChanged(
    'A role is delegated to twice by the same role.',
    'Clients refuse the file or follow only one of the two.',
    'Remove one of them.',
  ),

  // Online roles
  'snapshot-mismatch': always(
    'Snapshot does not list exactly the current versions of the targets roles, or states another length or hash of one.',
    'Clients would miss a change, or refuse the repository as mixed from different moments.',
    'Run online signing again.',
  ),
  'snapshot-rollback': always(
    'Snapshot lists a lower version of a role than before, or dropped a role.',
    'Clients treat this as a rollback attack.',
    'Restore the role’s last version and make the change on top of it.',
  ),
  'timestamp-mismatch': always(
    'Timestamp does not name the current snapshot, or states another length or hash of it.',
    'Clients would look for a snapshot that is not there, or refuse the one that is.',
    'Run online signing again.',
  ),
  'online-missing': always(
    'Snapshot or timestamp is missing.',
    'Without them clients cannot use the repository.',
    'Run `playground online-sign`.',
  ),
} as const satisfies { readonly [code: string]: FindingKind };

export type FindingCode = keyof typeof FINDING_KINDS;

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** The role concerned, where there is one. */
  readonly role?: string;
  /** The file concerned, from the top of the repository. */
  readonly path?: string;
  /** What is wrong, with names and numbers. */
  readonly message: string;
  /** What to do about it. */
  readonly mend: string;
}

export interface FindingDetails {
  readonly role?: string;
  readonly path?: string;
  readonly message: string;
  readonly mend?: string;
  /** Whether the thing concerned differs from what is known good; if not given it counts as changed. */
  readonly changed?: boolean;
}

/** Makes a finding of its kind, with the weight that it has for changed or unchanged things. */
export function finding(code: FindingCode, { changed = true, mend, ...details }: FindingDetails): Finding {
  const kind: FindingKind = FINDING_KINDS[code];
  return {
    code,
    severity: changed ? kind.severity : kind.whenUnchanged,
    ...details,
    mend: mend ?? kind.mend,
  };
}

/** The reference page of all codes, in Markdown. */
export function findingsPage(): string {
  const rows = Object.entries(FINDING_KINDS).map(([code, kind]) => {
    const weight =
      kind.severity === kind.whenUnchanged
        ? `${kind.severity}`
        : `${kind.severity}; ${kind.whenUnchanged} where it is published already and unchanged`;
    return `## ${code}\n\n_${weight}_\n\n${kind.means} ${kind.why}\n\n**Mend:** ${kind.mend}`;
  });
  const page = [
    '# Findings',
    'What the validator can say about a repository. Written from `src/repository/findings.ts` by `npm run docs`.',
    ...rows,
  ];
  return `${page.join('\n\n')}\n`;
}
