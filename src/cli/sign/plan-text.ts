/** A signing plan in words: what the signature would mean, what is asked, what was done, what is left. */
import { describeChange } from '../../event/describe.ts';
import type { EventSides } from '../../event/event.ts';
import type { SigningPlan } from '../../event/signing.ts';
import type { Finding } from '../../repository/findings.ts';
import { hashHex } from '../../tuf/crypto/index.ts';
import { bare, describeKey, type Key } from '../../tuf/key.ts';
import { escapeControls, type Say, style } from '../output.ts';
import type { HeldKey } from './several-keys.ts';

/** The roles that a plan signs, each once. */
export function signedRoles({ toSign }: SigningPlan): readonly string[] {
  return [...new Set(toSign.map(({ role }) => role))];
}

/** Prints what is about to be signed, computed from the very bytes. */
export function sayPlan(say: Say, plan: SigningPlan, { knownGood }: EventSides): void {
  for (const role of new Set([...plan.accepts, ...signedRoles(plan)])) {
    const now = plan.draft.roles.get(role)?.metadata?.signed;
    if (!now) continue;
    const bytes = plan.toSign.find((task) => task.role === role)?.bytes;
    say(
      `${style('bold', escapeControls(role))}${bytes ? ` (sha256 of what is signed: ${hashHex('sha256', bytes)})` : ''}`,
    );
    for (const line of describeChange(knownGood.roles.get(role)?.metadata?.signed, now))
      say(`  ${escapeControls(line)}`);
  }
}

/** The findings that concern what is about to be signed; those of other roles are in `status`. */
export function findingsFor(plan: SigningPlan, findings: readonly Finding[]): readonly Finding[] {
  const roles = new Set([...plan.accepts, ...signedRoles(plan)]);
  return findings.filter(({ role }) => role === undefined || roles.has(role));
}

/** Says which keys a plan takes, and in which order, where it takes several. */
export function sayKeys(say: Say, keys: readonly HeldKey[]): void {
  if (keys.length < 2) return;
  say(`This takes ${keys.length} keys of yours, one after the other:`);
  for (const [index, { uri, key, roles }] of keys.entries()) {
    const insert = uri.startsWith('hsm:') ? '; insert its token when it is its turn' : '';
    const what = roles.length > 0 ? `signs ${names(roles)}` : 'accepts the invitation';
    say(`  ${index + 1}. ${describeKey(bare(key))} ${what} (${escapeControls(uri)}${insert})`);
  }
}

export function keysText(keys: readonly HeldKey[]): string {
  return keys.map(({ key }) => describeKey(bare(key))).join(' and ');
}

export function question(plan: SigningPlan): string {
  return capitalised(steps(plan, 'accept the invitation to', 'sign'));
}

export function done(plan: SigningPlan): string {
  return capitalised(steps(plan, 'accepted the invitation to', 'signed'));
}

function steps(plan: SigningPlan, accept: string, sign: string): string {
  const roles = signedRoles(plan);
  return [
    ...(plan.accepts.length > 0 ? [`${accept} ${names(plan.accepts)}`] : []),
    ...(roles.length > 0 ? [`${sign} ${names(roles)}`] : []),
  ].join(' and ');
}

/** The roles that wait for each key, in words for the key. */
function byKey(
  tasks: readonly { readonly role: string; readonly key: Key }[],
): ReadonlyMap<string, string[]> {
  const roles = new Map<string, string[]>();
  for (const { role, key } of tasks) {
    const name = describeKey(bare(key));
    const known = roles.get(name) ?? [];
    roles.set(name, known.includes(role) ? known : [...known, role]);
  }
  return roles;
}

function names(list: readonly string[]): string {
  return escapeControls(list.join(', '));
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Prints what waits for this signer and cannot be done now. */
export function sayLeftOver(say: Say, { blocked, missing, invitations }: SigningPlan): void {
  if (blocked.length > 0) {
    say(
      `Not signed yet: ${names(blocked)}. First ${names([...invitations.keys()])} must accept; then run this command again.`,
    );
  }
  for (const [key, roles] of byKey(missing)) {
    say(
      `Not signed with ${key}: ${names(roles)}. The repository knows this key of yours; give it with --key. \`playground key list\` shows which are here.`,
    );
  }
}
