/**
 * AWS for one machine: MiniStack, an emulator independent of ours. It checks the signature of every request and the
 * policies of the one who asks, and signs with real keys.
 */
import { execFile } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { promisify } from 'node:util';
import { CreateAliasCommand, CreateKeyCommand, type CreateKeyRequest, KMSClient } from '@aws-sdk/client-kms';
import { findProgram, freePort, startServer } from './emulator.ts';
import { temporaryFolder } from './git.ts';

export const REGION = 'eu-west-1';

const program = findProgram('PLAYGROUND_MINISTACK', 'ministack', 'ministack and cryptography on PyPI');
export const awsIsThere = program !== undefined;

/** The account's owner. */
const OWNER = { AWS_ACCESS_KEY_ID: 'AKIAOWNER00000000000', AWS_SECRET_ACCESS_KEY: 'secret-of-the-owner' };

export interface Aws {
  readonly url: string;
  /** Variables with which the signer finds the emulator, as the owner. */
  readonly owner: Readonly<Record<string, string>>;
  readonly kms: KMSClient;
  /** A key for signing, unless told otherwise; its ARN and id. */
  createKey(request?: CreateKeyRequest): Promise<{ readonly arn: string; readonly id: string }>;
  createAlias(name: string, keyId: string): Promise<void>;
  /** A new user who may do `actions` and nothing else: the same variables for them. */
  user(...actions: readonly string[]): Promise<Readonly<Record<string, string>>>;
}

/** Starts the emulator; two seconds. */
export async function startAws(): Promise<Aws> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const own = {
    ...{ BIND_HOST: '127.0.0.1', GATEWAY_PORT: `${port}`, SERVICES: 'kms,iam,sts' },
    ...{ AUTH: 'true', IOT_MTLS_ENABLED: '0', SFTP_ENABLED: '0', LOG_LEVEL: 'WARNING' },
    ...{ HOME: temporaryFolder(), TMPDIR: temporaryFolder() },
  };
  await startServer(program ?? '', [], { ...own, ...OWNER }, async () => {
    return (await fetch(`${url}/_ministack/health`)).ok;
  });
  const place = { AWS_ENDPOINT_URL: url, AWS_REGION: REGION, AWS_EC2_METADATA_DISABLED: 'true' };
  const credentials = {
    accessKeyId: OWNER.AWS_ACCESS_KEY_ID,
    secretAccessKey: OWNER.AWS_SECRET_ACCESS_KEY,
  };
  const kms = new KMSClient({ endpoint: url, region: REGION, credentials });
  let users = 0;
  return {
    url,
    owner: { ...place, ...OWNER },
    kms,
    async createKey(request) {
      const wanted = request ?? { KeyUsage: 'SIGN_VERIFY', KeySpec: 'ECC_NIST_P256' };
      const { KeyMetadata } = await kms.send(new CreateKeyCommand(wanted));
      return { arn: KeyMetadata?.Arn ?? '', id: KeyMetadata?.KeyId ?? '' };
    },
    async createAlias(name, keyId) {
      await kms.send(new CreateAliasCommand({ AliasName: name, TargetKeyId: keyId }));
    },
    async user(...actions) {
      const [id, secret] = await createUser(url, `user-${++users}`, actions);
      return { ...place, AWS_ACCESS_KEY_ID: id ?? '', AWS_SECRET_ACCESS_KEY: secret ?? '' };
    },
  };
}

/** Made with AWS's own Python library, which the emulator brings along. */
async function createUser(url: string, name: string, actions: readonly string[]): Promise<readonly string[]> {
  const script = `
import json, sys, botocore.session
url, name, actions = sys.argv[1], sys.argv[2], sys.argv[3:]
iam = botocore.session.get_session().create_client("iam", region_name="us-east-1", endpoint_url=url)
iam.create_user(UserName=name)
if actions:
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="policy", PolicyDocument=policy)
key = iam.create_access_key(UserName=name)["AccessKey"]
print(json.dumps([key["AccessKeyId"], key["SecretAccessKey"]]))`;
  const { stdout } = await promisify(execFile)(python(), ['-c', script, url, name, ...actions], {
    env: { PATH: process.env.PATH, ...OWNER },
  });
  return JSON.parse(stdout);
}

/** The Python that the emulator runs in, as its first line says. */
function python(): string {
  const found = /^#!(\S+)/.exec(readFileSync(realpathSync(program ?? ''), 'utf8'))?.[1];
  return found ?? 'python3';
}
