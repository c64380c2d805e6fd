/**
 * What a person hears before their key becomes part of a repository: that it works, which clients follow, how to use it
 * well, and whether their login publishes it on GitHub. All of it comes before the question, and nothing of it is trust.
 */
import { randomBytes } from 'node:crypto';
import type { Signer } from '../../signers/signer.ts';
import { keyOfPublicLine } from '../../signers/ssh/wire.ts';
import { CLIENTS, clientsInWords } from '../../tuf/client-support.ts';
import { classifyKey, describeKey, samePublicKey } from '../../tuf/key.ts';
import { verifySignature } from '../../tuf/signature.ts';
import { RefusedError } from '../failure.ts';
import type { Say } from '../output.ts';

/** The SSH keys that a login publishes, and where a person sees them; undefined where there is nowhere to look. */
export type LookUp = (
  login: string,
) => Promise<{ readonly keys: readonly string[]; readonly page: string } | undefined>;

/** @throws {RefusedError} for a key that no client accepts */
export async function sayAboutKey(say: Say, signer: Signer, login: string, lookUp?: LookUp): Promise<void> {
  const { key, advice } = signer;
  const support = classifyKey(key);
  if (support.status !== 'supported') {
    throw new RefusedError(
      `${describeKey(key)} cannot be enrolled: ${support.reason}. Use Ed25519, P-256, RSA (2048 bits or more) or ML-DSA.`,
    );
  }
  const clients = clientsInWords(key);
  say(`Your key: ${describeKey(key)}, at ${signer.uri}.`);
  say(
    clients
      ? `  Not every client follows a repository with it: such a key ${clients}.`
      : `  Clients: ${CLIENTS.join(', ')} all verify such keys.`,
  );
  if (advice) say(`  ${advice}`);
  if (signer.isSshKey && lookUp) say(`  ${await published(signer, login, lookUp)}`);
}

async function published({ key }: Signer, login: string, lookUp: LookUp): Promise<string> {
  try {
    const found = await lookUp(login);
    if (!found)
      return 'Whether your login publishes this key was not looked up: the remote is none of a GitHub server.';
    const same = found.keys.some((line) => {
      const other = keyOfPublicLine(line);
      return other !== undefined && samePublicKey(other, key);
    });
    return same
      ? `${login} publishes this key (${found.page}).`
      : `! ${login} does not publish this key (${found.page}). If it is yours, others can recognise it there when you add it under Settings → SSH and GPG keys, as a signing key. That proves nothing to clients, and nothing here depends on it.`;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `Whether ${login} publishes this key could not be looked up (${reason}). Nothing depends on it.`;
  }
}

/**
 * Signs a challenge and verifies it, before anything is committed: a key that cannot sign is useless in a role. For an
 * identity that has just logged in, the login was the proof, and each signature would stand in a public log.
 * @throws {SignerError}
 */
export async function checkKey(signer: Signer): Promise<void> {
  const { key } = signer;
  const support = classifyKey(key);
  if (support.status === 'supported' && support.algorithm === 'sigstore') return;
  // No metadata begins like this, so that nobody has a use for the signature.
  const challenge = new TextEncoder().encode(`playground checks a key: ${randomBytes(16).toString('hex')}`);
  const made = await signer.sign(challenge);
  const check = await verifySignature(key, challenge, typeof made === 'string' ? made : made.sig);
  if (!check.valid)
    throw new RefusedError(`${describeKey(key)} made a signature that does not verify: ${check.reason}.`);
}
