/** What the actions hide in logs: the values of variables that hold secrets, in the forms in which they may show. */
import { describe, expect, it } from 'vitest';
import { secretsIn } from '../../src/actions/masks.ts';
import { generateKey } from '../../src/signers/generate.ts';

describe('the environment of a job', () => {
  it('holds secrets where a name says so', () => {
    const environment = {
      PLAYGROUND_PASSPHRASE: 'pass phrase',
      ONLINE_KEY_PASSPHRASE: 'another one',
      PLAYGROUND_PIN: '1234',
      VAULT_TOKEN: 'hvs.token',
      BAO_TOKEN: 'bao.token',
      AWS_SECRET_ACCESS_KEY: 'aws+secret/key',
      AWS_SESSION_TOKEN: 'session==',
      AZURE_CLIENT_SECRET: 'azure~secret',
      GITHUB_TOKEN: 'ghs_token',
      INPUT_TOKEN: 'ghs_other',
      SIGSTORE_ID_TOKEN: 'eyJ.eyJ.sig',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    };
    expect(secretsIn(environment).toSorted()).toEqual(Object.values(environment).toSorted());
  });

  it('holds none where a name is about one, or about something else', () => {
    const environment = {
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AZURE_FEDERATED_TOKEN_FILE: '/var/run/token',
      AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/token',
      GOOGLE_APPLICATION_CREDENTIALS: '/home/runner/credentials.json',
      AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://example.org/token',
      PLAYGROUND_PASSPHRASE_FILE: '/run/passphrase',
      GITHUB_REPOSITORY: 'alice/repository',
      MONKEY: 'banana',
      SPINNER: 'dots',
      ONLINE_KEY: '',
    };
    expect(secretsIn(environment)).toEqual([]);
  });

  it('holds the key of an env: signer, whatever its name', () => {
    expect(secretsIn({ SIGNING: 'secret text', OTHER: 'plain text' }, ['SIGNING'])).toEqual(['secret text']);
  });
});

describe('a private key', () => {
  const { pem } = generateKey({ type: 'rsa' });
  const lines = pem.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));

  it('is hidden line by line, as a log is written', () => {
    const hidden = secretsIn({ ONLINE_KEY: pem });
    expect(hidden).toEqual(expect.arrayContaining(lines.filter((line) => line.length >= 8)));
    expect(hidden.join()).not.toContain('BEGIN');
  });

  it.each(['\\n', '\r\n'])('is hidden as well where its lines were joined by %j', (joint) => {
    expect(secretsIn({ ONLINE_KEY: pem.split('\n').join(joint) })).toEqual(secretsIn({ ONLINE_KEY: pem }));
  });
});

it('hides no braces and short words of a secret in JSON, which would show all over the log as ***', () => {
  const json = JSON.stringify({ type: 'account', private_key: 'a long secret' }, null, 2);
  expect(secretsIn({ GCP_CREDENTIALS: json })).not.toContain('{');
});

it('does not hide a text of a few characters', () => {
  expect(secretsIn({ API_KEY: 'abc', SOME_TOKEN: '1' })).toEqual([]);
});
